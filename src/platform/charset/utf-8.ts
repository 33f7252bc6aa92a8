/** The longest beginning of the text that takes at most so many bytes in UTF-8. Never ends within a character. */
export function cutToUtf8Bytes(text: string, bytesMax: number): string {
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytesMax) break;
    kept += character;
  }
  return kept;
}
