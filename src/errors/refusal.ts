import { type ErrorCode, type ErrorEntry, errorRegistry } from './registry.ts';

/** A refusal that the caller gets to see, in the i'mport envelope. Anything else that is thrown is a defect. */
export class Refusal extends Error {
  readonly entry: ErrorEntry;
  readonly errorCode: ErrorCode;

  constructor(errorCode: ErrorCode, fields: Readonly<Record<string, string>> = {}) {
    const entry = errorRegistry[errorCode];
    super(fillIn(entry.message, fields));
    this.name = 'Refusal';
    this.errorCode = errorCode;
    this.entry = entry;
  }

  /** The same refusal again, with the message as it went out the first time. */
  static again(errorCode: ErrorCode, message: string): Refusal {
    const refusal = new Refusal(errorCode);
    refusal.message = message;
    return refusal;
  }
}

/** Fills `{name}` with what the caller of `Refusal` handed over; a name that was not handed over stays as it is written. */
function fillIn(message: string, fields: Readonly<Record<string, string>>): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => fields[name] ?? whole).trimEnd();
}
