import type { TextRule } from '../../../port/texts.ts';

/** `reason`. No source gives its length. */
export const reasonRule: TextRule = { max: 200, unit: 'characters' };
