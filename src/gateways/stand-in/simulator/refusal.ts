import { type StandInCode, standInCodes } from '../wire/codes.ts';

/** The stand-in says no, in its own words. */
export class StandInRefusal extends Error {
  readonly code: StandInCode;
  constructor(code: StandInCode) {
    super(standInCodes[code].message);
    this.name = 'StandInRefusal';
    this.code = code;
  }
}
