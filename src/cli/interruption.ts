/** A key press on a terminal is a signal to every program of the foreground, and npm hands its own on to its child. */
const onePressMs = 1_000;

/**
 * Takes Ctrl-C and SIGTERM over until the answer is called. What comes within a second of a key press is that press once more,
 * and does not count; each further one means that the person does not want to wait any longer. Whoever was interrupted keeps
 * to that after the answer was called: the same press, handed on late by npm, must not end the program before it has told how
 * everything stands, and another one ends it, as if nobody had listened.
 */
export function whenInterrupted(handlers: {
  readonly first: (signal: NodeJS.Signals) => void;
  readonly again: () => void;
}): () => void {
  let pressedAt: number | undefined;
  let isOver = false;
  const letGo = (): void => {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
  };
  const interrupted = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (pressedAt !== undefined && now - pressedAt < onePressMs) return;
    const isFirst = pressedAt === undefined;
    pressedAt = now;
    if (isOver) {
      letGo();
      process.kill(process.pid, signal);
    } else if (isFirst) handlers.first(signal);
    else handlers.again();
  };
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  return () => {
    isOver = true;
    if (pressedAt === undefined) letGo();
  };
}
