import type { TextRule } from '../../../port/texts.ts';

/** `reason`: 50 characters in the older guide, no length in the newer one. Counted in the narrower unit. */
export const reasonRule: TextRule = { max: 50, unit: 'utf16_units' };

/** `productDesc`: 255, documented; counted in the narrower unit. */
export const productRule: TextRule = { max: 255, unit: 'utf16_units' };

/** An order number, and a user of the merchant's: 50 of these characters (documented). */
export const namePattern = /^[A-Za-z0-9_\-:.^@=]{1,50}$/;
