import { styleText } from 'node:util';
import { type DestinationStream, pino } from 'pino';
import type { LogFormat, LogLevel } from './levels.ts';

type Style = Parameters<typeof styleText>[0];

const levelStyles: Readonly<Record<Exclude<LogLevel, 'silent'>, Style>> = {
  fatal: ['red', 'bold'],
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'blue',
  trace: 'gray',
};

/** More is not kept back, whatever the turn does. */
const keptBackMax = 65_536;

/**
 * Standard output, in this format. Lines of one turn of the event loop go out together, in one call to the system; those of a
 * process that ends are out before it has ended, unless it is killed within that turn.
 */
export function destinationOf(
  format: LogFormat,
  stdout: { readonly isTTY?: boolean } = process.stdout,
): DestinationStream & { flushSync(): void } {
  const output = pino.destination({ dest: 1, sync: true });
  const shownLine = isPretty(format, stdout) ? prettyLine : (line: string): string => line;
  let keptBack = '';
  let isFlushing = false;
  let isGone = false;
  // A terminal that was closed: nobody reads there any more, and whoever is told to end by that has to end in order.
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EIO') throw error;
    isGone = true;
  });
  function flush(): void {
    isFlushing = false;
    const lines = keptBack;
    keptBack = '';
    if (lines !== '' && !isGone) output.write(lines);
  }
  process.on('exit', flush);
  return {
    write(line) {
      keptBack += shownLine(line);
      if (keptBack.length > keptBackMax) flush();
      else if (!isFlushing) setImmediate(flush);
      isFlushing = true;
    },
    flushSync: flush,
  };
}

export function isPretty(format: LogFormat, stdout: { readonly isTTY?: boolean } = process.stdout): boolean {
  return format === 'pretty' || (format === 'auto' && stdout.isTTY === true);
}

/** One line of JSON as a person reads it: when, how grave, what, the rest as name=value, and an error's stack below. */
export function prettyLine(line: string, style = styleOfStdout): string {
  // Who reads this looks at one process, or at several that are numbered.
  const { level, time, msg, err, instance: _, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const grade = String(level);
  const parts = [
    style('gray', String(time)),
    style(levelStyles[grade as keyof typeof levelStyles] ?? 'reset', grade.toUpperCase().padEnd(5)),
    ...(msg === undefined ? [] : [String(msg).replace(/\s*\n\s*/g, ' ')]),
    ...Object.entries(fields).map(([name, value]) => `${style('cyan', `${name}=`)}${shown(value)}`),
  ];
  return `${[parts.join(' '), ...errorLines(err)].join('\n')}\n`;
}

/** Colours for terminals that have some, and not with NO_COLOR. */
function styleOfStdout(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Bare where it can't be mistaken for something else; otherwise as JSON, which has no line breaks. */
function shown(value: unknown): string {
  return typeof value === 'string' && /^[^\s"'=\\{}[\]\p{C}]+$/u.test(value) ? value : JSON.stringify(value);
}

function errorLines(error: unknown): readonly string[] {
  if (typeof error !== 'object' || error === null) return error === undefined ? [] : [`    ${shown(error)}`];
  const { stack, type, name, message, ...more } = error as Record<string, unknown>;
  const text = typeof stack === 'string' && stack !== '' ? stack : `${type ?? name}: ${message}`;
  const rest = Object.keys(more).length > 0 ? [JSON.stringify(more)] : [];
  return [...text.split('\n'), ...rest].map((each) => `    ${each.trim()}`);
}
