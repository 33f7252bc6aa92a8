/**
 * Codes of banks and card companies, in both directions: KFTC's three digits for banks, i'mport's table for cards. A code
 * without a counterpart is `undefined`: it is refused, or shown as unknown, but never guessed.
 */
export interface GatewayCodes {
  bankCode(kftcCode: string): string | undefined;
  kftcBankCode(ownCode: string): string | undefined;
  cardCode(standardCode: string): string | undefined;
  standardCardCode(ownCode: string): string | undefined;
}

/** Pairs of a standard code and the gateway's own. Where a code stands in several pairs, the first one is what it becomes. */
export type CodePairs = readonly (readonly [standard: string, own: string])[];

export function createGatewayCodes(tables: { readonly banks: CodePairs; readonly cards: CodePairs }): GatewayCodes {
  const banks = bothWays(tables.banks);
  const cards = bothWays(tables.cards);
  return Object.freeze({
    bankCode: (code: string) => banks.own.get(code),
    kftcBankCode: (code: string) => banks.standard.get(code),
    cardCode: (code: string) => cards.own.get(code),
    standardCardCode: (code: string) => cards.standard.get(code),
  });
}

function bothWays(pairs: CodePairs): { own: ReadonlyMap<string, string>; standard: ReadonlyMap<string, string> } {
  const own = new Map<string, string>();
  const standard = new Map<string, string>();
  for (const [standardCode, ownCode] of pairs) {
    if (!own.has(standardCode)) own.set(standardCode, ownCode);
    if (!standard.has(ownCode)) standard.set(ownCode, standardCode);
  }
  return { own, standard };
}
