/** How it shows in a channel itself whether it is for tests, as far as the gateway has made that known. */
export interface TestMarks {
  /** MIDs for tests that the gateway gives to everybody, with keys that are public. */
  readonly publicMids?: readonly string[];
  /** A credential that begins in one way for tests and in another one for money. */
  readonly key?: { readonly name: string; readonly test: RegExp; readonly live: RegExp };
}

/** What in the channel says so, by its name, or `undefined`: nothing in it says anything. */
export function modeShownBy(
  testMarks: TestMarks | undefined,
  { mid, credentials }: { readonly mid: string; readonly credentials: Readonly<Record<string, string>> },
): { readonly mode: 'test' | 'live'; readonly by: string } | undefined {
  if (testMarks?.publicMids?.includes(mid)) return { mode: 'test', by: 'mid' };
  const { key } = testMarks ?? {};
  const value = key && credentials[key.name];
  if (!value) return undefined;
  if (key.test.test(value)) return { mode: 'test', by: key.name };
  return key.live.test(value) ? { mode: 'live', by: key.name } : undefined;
}
