import type { TextRule } from '../../../port/texts.ts';

/** `cancelReason`: 256, taken as bytes of UTF-8. */
export const reasonRule: TextRule = { max: 256, unit: 'utf8_bytes' };

/** `productName` of a charge. Its length is that of ordinary payments, which general knowledge has as 128; taken as bytes. */
export const productNameRule: TextRule = { max: 128, unit: 'utf8_bytes' };
