/** `undefined`: the text is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An object of JSON; `undefined`: the text is none. */
export function readJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = readJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** The texts and numbers of an object, numbers as texts; what else stands in it is left out. */
export function readTexts(text: string): Readonly<Record<string, string>> | undefined {
  const value = readJsonObject(text);
  if (!value) return undefined;
  const scalars = Object.entries(value).filter(([, field]) => typeof field === 'string' || typeof field === 'number');
  return Object.fromEntries(scalars.map(([name, field]) => [name, String(field)]));
}
