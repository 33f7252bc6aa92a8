/** INVENTED: the gateway's own codes. To the left those of KFTC (banks) and i'mport (cards); what has no pair is unknown. */

import { createGatewayCodes } from '../../../../../src/port/codes.ts';

export const codes = createGatewayCodes({
  banks: [
    // if banks
    ['004', 'KOOKMIN'],
    ['011', 'NONGHYUP'],
    ['020', 'WOORI'],
    ['081', 'HANA'],
    ['088', 'SHINHAN'],
    // end
  ],
  cards: [
    // if card
    ['361', 'BC'],
    ['365', 'SAMSUNG'],
    ['366', 'SHINHAN'],
    ['381', 'KOOKMIN'],
    // end
  ],
});
