import { type ErrorCode, type ErrorEntry, errorRegistry } from './registry.ts';

export interface RefusedOperation {
  readonly id: string;
  readonly state: string;
}

/** A gateway's own code and text, as the few answers of i'mport's that have it show it. */
export interface GatewayError {
  readonly code: string;
  readonly message: string;
}

/** A refusal that the caller gets to see, in the i'mport envelope. Anything else that is thrown is a defect. */
export class Refusal extends Error {
  readonly entry: ErrorEntry;
  readonly errorCode: ErrorCode;
  /** Of a refusal that was a gateway's: why, in a word that is the same for every gateway. */
  readonly category: string | null;
  /** The operation that it is about: the one that was asked for, or an earlier one that stands in its way. */
  readonly operation: RefusedOperation | null;
  /** Stands in the answer, as `error`, instead of `response`. */
  readonly gatewayError: GatewayError | null;

  constructor(
    errorCode: ErrorCode,
    fields: Readonly<Record<string, string>> = {},
    category: string | null = null,
    operation: RefusedOperation | null = null,
    gatewayError: GatewayError | null = null,
  ) {
    const entry = errorRegistry[errorCode];
    super(fillIn(entry.message, fields));
    this.name = 'Refusal';
    this.errorCode = errorCode;
    this.entry = entry;
    this.category = category;
    this.operation = operation;
    this.gatewayError = gatewayError;
  }

  /** The same refusal again, with the message as it went out the first time. */
  static again(
    errorCode: ErrorCode,
    message: string,
    category: string | null,
    operation: RefusedOperation | null,
  ): Refusal {
    const refusal = new Refusal(errorCode, {}, category, operation);
    refusal.message = message;
    return refusal;
  }
}

/** Fills `{name}` with what the caller of `Refusal` handed over; a name that was not handed over stays as it is written. */
function fillIn(message: string, fields: Readonly<Record<string, string>>): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => fields[name] ?? whole).trimEnd();
}
