import { banks } from '../../../platform/codes/banks.ts';
import { createGatewayCodes } from '../../../port/codes.ts';

/** The stand-in has KFTC's codes of banks; Blue Walnut's own tables are not public. */
export const bluewalnutCodes = createGatewayCodes({
  banks: [...banks.keys()].map((code) => [code, code] as const),
  cards: [],
});
