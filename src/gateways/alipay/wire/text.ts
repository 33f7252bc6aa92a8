import type { TextRule } from '../../../port/texts.ts';

/** `reason`. The Chinese page counts lengths in bytes; quotation marks are not taken in any parameter. */
export const reasonRule: TextRule = { max: 100, unit: 'utf8_bytes', forbidden: /"/gu };
