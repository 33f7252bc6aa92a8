import type { TextRule } from '../../../port/texts.ts';

/** `cancelReason`. */
export const reasonRule: TextRule = { max: 200, unit: 'utf16_units' };
