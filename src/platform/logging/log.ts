import { type ChildLoggerOptions, type DestinationStream, type LogFn, type Logger, pino } from 'pino';
import { currentScope } from '../tracing/scope.ts';
import type { LogLevel } from './levels.ts';
import { redactText, redactValue } from './redaction.ts';

export type Log = Logger;

/**
 * The server's log: one JSON object per line on standard output, or to `destination`. Secrets are taken out here, at the one place that all
 * lines pass, by their names at any depth and by their shape inside texts, so that no caller has to think of it. What is under way
 * (`tracing/scope.ts`) is named in each line as well; where the line itself has a field of the name, that one counts.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (object: object) => ({ ...namesOfScope(), ...(redactValue(object) as Record<string, unknown>) }),
    },
    hooks: { logMethod: redactArguments, streamWrite: redactUrls },
  };
  return redactBindings(destination === undefined ? pino(options) : pino(options, destination));
}

function namesOfScope(): object | undefined {
  const scope = currentScope();
  return scope && (redactValue({ ...scope.fields, ...scope.span?.ids }) as object);
}

/** The first object of a call passes the formatter; texts and what is put into them by `%s` and `%o` pass here. */
function redactArguments(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, ...rest] = args as unknown[];
  const safe = rest.map((each) => redactValue(each));
  // Left alone, pino would take an error's message over as the line's message, past the formatter.
  if (first instanceof Error) safe[0] ??= redactText(first.message);
  const object = first instanceof Error ? { err: first } : typeof first === 'string' ? redactText(first) : first;
  method.apply(this, [object, ...safe] as Parameters<LogFn>);
}

/** Catches what a serializer adds after the copy was made; Fastify's serializer of a request gives its URL. */
function redactUrls(line: string): string {
  return line.replace(/([?&](?:_token|access_token|imp_key|imp_secret)=)[^&"\\\s]*/gi, '$1[redacted]');
}

/** pino hands the bindings of a child to no formatter, so they are copied before it sees them; grandchildren inherit this. */
function redactBindings(log: Logger): Logger {
  const child: (this: Logger, bindings: object, options?: ChildLoggerOptions) => Logger = log.child;
  const setBindings: (this: Logger, bindings: object) => void = log.setBindings;
  return Object.assign(log, {
    child(this: Logger, bindings: object, options?: ChildLoggerOptions) {
      return child.call(this, redactValue(bindings) as object, options);
    },
    setBindings(this: Logger, bindings: object) {
      setBindings.call(this, redactValue(bindings) as object);
    },
  });
}
