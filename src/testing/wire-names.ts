/** `{ delayMs: 5 }` as `{ delay_ms: 5 }`, at every depth; what is undefined is left out. */
export function toWireNames(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), convert(each)]),
  );
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  return typeof value === 'object' && value !== null ? toWireNames(value) : value;
}
