import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

/** What a command writes to and asks. Results go to standard output, everything else to standard error. */
export interface Terminal {
  /** A result. */
  out(text: string): void;
  /** A message. */
  note(text: string): void;
  /** Written over again and again on one line; only where `isLive`. */
  overwrite(line: string): void;
  /** Standard error is a terminal, so that a line may be written over. */
  readonly isLive: boolean;
  /** There is a person who can be asked. */
  readonly canAsk: boolean;
  /** Columns of standard error. */
  width(): number;
  /** For text on standard output and on standard error. Colours only on a terminal, and not with NO_COLOR. */
  readonly outStyle: Paint;
  readonly noteStyle: Paint;
  /** An empty answer when the input ends. */
  ask(question: string): Promise<string>;
}

export type Colour = 'green' | 'red' | 'yellow' | 'bold' | 'dim';
export type Paint = (colour: Colour, text: string) => string;

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const paintFor =
    (stream: NodeJS.WriteStream): Paint =>
    (colour, text) =>
      styleText(colour, text, { stream });
  let overwritten = false;

  function note(text: string): void {
    if (overwritten) stderr.write('\r\u001b[K');
    overwritten = false;
    stderr.write(`${text}\n`);
  }

  return {
    out: (text) => void stdout.write(`${text}\n`),
    note,
    overwrite(line) {
      stderr.write(`\r\u001b[K${line}`);
      overwritten = true;
    },
    isLive: stderr.isTTY === true,
    canAsk: stdin.isTTY === true && stderr.isTTY === true,
    width: () => stderr.columns || 80,
    outStyle: paintFor(stdout),
    noteStyle: paintFor(stderr),
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr });
      const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      lines.once('SIGINT', () => lines.close());
      try {
        return await Promise.race([lines.question(question), ended]);
      } finally {
        lines.close();
      }
    },
  };
}

/** Only a clear yes counts. */
export async function askYes(terminal: Terminal, question: string): Promise<boolean> {
  const answer = (await terminal.ask(`${question} [y/N] `)).trim().toLowerCase();
  return answer === 'y' || answer === 'yes';
}
