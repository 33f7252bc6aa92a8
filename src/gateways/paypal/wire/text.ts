import type { TextRule } from '../../../port/texts.ts';

/** `note_to_payer`. */
export const noteRule: TextRule = { max: 255, unit: 'utf16_units' };
