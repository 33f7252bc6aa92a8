import { hectoErrors } from '../wire/errors.ts';

/** Thrown by a handler; what the handler wrote before is taken back. */
export class HectoRefusal extends Error {
  readonly code: string;
  /** Fields of the body that go with the refusal. */
  readonly data: Readonly<Record<string, string>>;
  constructor(code: string, data: Readonly<Record<string, string>> = {}) {
    super(hectoErrors[code]?.message ?? code);
    this.name = 'HectoRefusal';
    this.code = code;
    this.data = data;
  }
}
