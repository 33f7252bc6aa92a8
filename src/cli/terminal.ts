import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { inLanguage, type Language, text, type Words } from '../platform/language/text.ts';
import { withEscapes } from './unseen.ts';

/** What a command writes to and asks. Results go to standard output, everything else to standard error. */
export interface Terminal {
  readonly language: Language;
  say(words: Words): string;
  /** A result. */
  out(words: Words): void;
  /** A message. */
  note(words: Words): void;
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
  ask(question: Words): Promise<string>;
  /**
   * Says what is waited for when that takes long. Of waits within each other only the outermost is told; without words it
   * tells by itself, and nothing is shown here.
   */
  whileWaiting<Result>(what: Words | undefined, work: Promise<Result>): Promise<Result>;
}

export type Colour = 'green' | 'red' | 'yellow' | 'bold' | 'dim';
export type Paint = (colour: Colour, words: Words) => string;

const waitShownAfterSeconds = 2;
/** Where a line can't be written over, one more line each time. */
const waitNotedAfterSeconds = 5;
const waitNotedEverySeconds = 60;

export function processTerminal(language: Language): Terminal {
  const { stdin, stdout, stderr } = process;
  const isLive = stderr.isTTY === true;
  const say = (words: Words): string => inLanguage(language, words);
  const paintFor =
    (stream: NodeJS.WriteStream): Paint =>
    (colour, words) =>
      styleText(colour, say(words), { stream });
  let overwritten = false;

  function clearLine(): void {
    if (overwritten) stderr.write('\r\u001b[K');
    overwritten = false;
  }

  function note(words: Words): void {
    clearLine();
    stderr.write(`${withEscapes(say(words))}\n`);
  }

  function overwrite(line: string): void {
    stderr.write(`\r\u001b[K${withEscapes(line)}`);
    overwritten = true;
  }

  const waits: { readonly what: Words | undefined; readonly since: number }[] = [];
  let ticking: NodeJS.Timeout | undefined;

  function tick(): void {
    const [outermost] = waits;
    if (outermost?.what === undefined) return;
    const seconds = Math.floor((performance.now() - outermost.since) / 1000);
    const line = `${say(outermost.what)} ${say(text(`${seconds} s`, `${seconds}초`))}`;
    if (isLive) {
      if (seconds >= waitShownAfterSeconds) overwrite(line);
    } else if (seconds % waitNotedEverySeconds === waitNotedAfterSeconds) note(line);
  }

  return {
    language,
    say,
    out(words) {
      clearLine();
      stdout.write(`${withEscapes(say(words))}\n`);
    },
    note,
    overwrite,
    isLive,
    canAsk: stdin.isTTY === true && isLive,
    width: () => stderr.columns || 80,
    outStyle: paintFor(stdout),
    noteStyle: paintFor(stderr),
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr });
      const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      lines.once('SIGINT', () => lines.close());
      try {
        return await Promise.race([lines.question(withEscapes(say(question))), ended]);
      } finally {
        lines.close();
      }
    },
    async whileWaiting(what, work) {
      const wait = { what, since: performance.now() };
      waits.push(wait);
      ticking ??= setInterval(tick, 1000).unref();
      try {
        return await work;
      } finally {
        waits.splice(waits.indexOf(wait), 1);
        if (waits.length === 0) {
          clearInterval(ticking);
          ticking = undefined;
          if (what !== undefined) clearLine();
        }
      }
    },
  };
}

/** On a Korean keyboard that is not switched over, y is ㅛ. */
const yes: ReadonlySet<string> = new Set(['y', 'yes', 'ㅛ', '예', '네']);

/** Only a clear yes counts. */
export async function askYes(terminal: Terminal, question: Words): Promise<boolean> {
  const answer = await terminal.ask(`${terminal.say(question)} [y/N] `);
  return yes.has(answer.normalize('NFC').trim().toLowerCase());
}
