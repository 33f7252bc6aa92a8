import { NotStartable, startSimulatorAlone } from './simulator-alone.ts';

const unreadBytesMax = 1_000_000;

/** This process is a simulator alone, until a signal ends it. */
export async function runSimulator(asked: Parameters<typeof startSimulatorAlone>[0]): Promise<void> {
  let logsRequests = false;
  const simulator = await startSimulatorAlone(asked, {
    log: (line) => console.error(line),
    logRequest(line) {
      // Lines that nobody reads would pile up here.
      if (logsRequests && process.stderr.writableLength < unreadBytesMax) console.error(line);
    },
  }).catch((error: unknown) => {
    if (!(error instanceof NotStartable)) throw error;
    console.error(error.message);
    process.exit(1);
  });
  // Before anything is shown: who reads that it runs may end it at once.
  let isClosing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Once only: npm passes on a Ctrl-C that the terminal has sent here already.
    process.on(signal, () => {
      if (!isClosing) void simulator.close().then(() => process.exit(0));
      isClosing = true;
    });
  }
  for (const line of simulator.banner) console.log(line);
  logsRequests = true;
}
