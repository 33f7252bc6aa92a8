/** Also controls of eight bits, which JSON leaves as they are and some terminals obey, and separators of lines. */
const unseen = /[\u0080-\u009f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * Without what changes the order in which a terminal shows a text (Unicode, UAX #9): somebody else's text could pass for ours.
 */
export function withoutBidirectionalControls(text: string): string {
  return text.replace(/\p{Bidi_Control}/gu, '');
}

/** The last look at all that is written: what could still act on a terminal stands there as JSON writes it, and means the same to a program. */
export function withEscapes(text: string): string {
  return text.replace(unseen, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
