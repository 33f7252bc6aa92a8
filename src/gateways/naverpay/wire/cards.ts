import { createGatewayCodes } from '../../../port/codes.ts';

/**
 * `cardCorpCode` of approvals and of the history, as a public shop has the table with the companies' names, and another one the codes.
 * 외환 (CA) has become 하나, whose code is CF. i'mport's companies that are not in it are not taken.
 */
export const naverCodes = createGatewayCodes({
  banks: [],
  cards: [
    ['366', 'C0'],
    ['361', 'C1'],
    ['364', 'C2'],
    ['381', 'C3'],
    ['371', 'C4'],
    ['368', 'C5'],
    ['002', 'C6'],
    ['365', 'C7'],
    ['369', 'C8'],
    ['370', 'C9'],
    ['041', 'CB'],
    ['372', 'CC'],
    ['373', 'CD'],
    ['374', 'CF'],
    ['374', 'CA'],
    ['367', 'CH'],
  ],
});
