import type { TextRule } from '../../../port/texts.ts';

/**
 * `mod_desc`. KCP takes none of these characters in it. It says 100 and not of what; a client cuts at so many bytes of UTF-8,
 * which keeps to it whatever is meant.
 */
export const reasonRule: TextRule = { max: 100, unit: 'utf8_bytes', forbidden: /[,&;\\|'"<]/gu };
