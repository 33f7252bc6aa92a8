import type { Command } from 'commander';
import { addExamples } from '../examples.ts';

export function addSimulatorCommand(program: Command): void {
  const command = program
    .command('simulator')
    .argument('<provider>', "a gateway's name, such as tosspayments")
    .description("start one gateway's simulator by itself, without the server")
    .option('--port <number>', 'port on loopback; 0 takes any free one', '0')
    .option('--data-dir <folder>', 'folder of its book (default data/simulators)')
    .action(async (provider: string, options: { port: string; dataDir?: string }) => {
      const { runSimulator } = await import('../../start/simulator-alone.ts');
      await runSimulator({ provider, port: options.port, dataDir: options.dataDir });
    });
  addExamples(command, ['hwanbul simulator tosspayments --port 9001']);
}
