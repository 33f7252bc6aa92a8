import { type SimulatorAnswer, type SimulatorContext, SimulatorRefusal, type SimulatorRequest } from './definition.ts';
import { jsonAmount } from './json-amount.ts';

/** Readers of a request's fields. What is not of the stated form is refused as the gateway refuses it. */
export interface RequestFields {
  text(name: string, lengthMax: number, pattern?: RegExp): string;
  /** Absent: an empty text. */
  optionalText(name: string, lengthMax: number, pattern?: RegExp): string;
  /** A whole amount: a number, or its digits. */
  amount(name: string): bigint;
}

export function requestFields(
  values: Readonly<Record<string, unknown>>,
  malformed: (name: string) => SimulatorRefusal,
): RequestFields {
  const optionalText: RequestFields['optionalText'] = (name, lengthMax, pattern) => {
    const given = Object.hasOwn(values, name) ? (values[name] ?? '') : '';
    const value = typeof given === 'number' ? String(given) : given;
    if (value === '') return '';
    if (typeof value !== 'string' || value.length > lengthMax || pattern?.test(value) === false) throw malformed(name);
    return value;
  };
  return {
    text(name, lengthMax, pattern) {
      const value = optionalText(name, lengthMax, pattern);
      if (value === '') throw malformed(name);
      return value;
    },
    optionalText,
    amount(name) {
      const amount = jsonAmount(Object.hasOwn(values, name) ? values[name] : undefined);
      if (amount === undefined) throw malformed(name);
      return amount;
    },
  };
}

/** The object that a JSON request is; one that is none has no fields. */
export function jsonOf({ body }: SimulatorRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : {};
  } catch {
    return {};
  }
}

/** The fields of a form in UTF-8. */
export function formOf({ headers, body }: SimulatorRequest): Readonly<Record<string, string>> {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return isForm ? Object.fromEntries(new URLSearchParams(body.toString('utf8'))) : {};
}

export function textIn(values: Readonly<Record<string, unknown>>, name: string): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** Carries out a request; a refusal takes back what was begun. */
export function attempt(
  { book }: Pick<SimulatorContext, 'book'>,
  work: () => SimulatorAnswer,
  refused: (refusal: SimulatorRefusal) => SimulatorAnswer,
): SimulatorAnswer {
  try {
    return book.undoable(work);
  } catch (error) {
    if (error instanceof SimulatorRefusal) return refused(error);
    throw error;
  }
}
