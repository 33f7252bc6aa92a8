import type { TextRule } from '../../../port/texts.ts';

/** `requestMemo` and `cancelDetailContent`. No source gives their length. */
export const memoRule: TextRule = { max: 100, unit: 'characters' };

/** `orderTitle` and `productName`. No source gives their length, either. */
export const titleRule: TextRule = { max: 100, unit: 'characters' };
