import { banks as kftcBanks } from '../platform/codes/banks.ts';

/**
 * Codes of banks and card companies, in both directions: KFTC's three digits for banks, i'mport's table for cards. A code
 * without a counterpart is `undefined`: it is refused, or shown as unknown, but never guessed.
 */
export interface GatewayCodes {
  bankCode(kftcCode: string): string | undefined;
  kftcBankCode(ownCode: string): string | undefined;
  cardCode(standardCode: string): string | undefined;
  standardCardCode(ownCode: string): string | undefined;
  /** KFTC's code of the bank that a merchant means with KFTC's code or the gateway's own one. */
  bankMeant(given: string): string | undefined;
  /** The same where the bank is to issue an account: of two meanings of one code, it is the one that `issues`. */
  issuingBankMeant(given: string, issues: (kftcCode: string) => boolean): string | undefined;
  /** The banks that the gateway knows, with the codes that mean them besides KFTC's. */
  readonly banks: readonly KnownBank[];
}

export interface KnownBank {
  readonly kftcCode: string;
  readonly otherCodes: readonly string[];
}

/** Pairs of a standard code and the gateway's own. Where a code stands in several pairs, the first one is what it becomes. */
export type CodePairs = readonly (readonly [standard: string, own: string])[];

/** `merchantsBanks`: codes that the gateway's tables don't have, and its merchants send nevertheless. */
export function createGatewayCodes(tables: {
  readonly banks: CodePairs;
  readonly merchantsBanks?: CodePairs;
  readonly cards: CodePairs;
}): GatewayCodes {
  const banks = bothWays(tables.banks);
  const cards = bothWays(tables.cards);
  const { standard: meanings } = bothWays([...tables.banks, ...(tables.merchantsBanks ?? [])]);
  const otherCodes = Map.groupBy(
    [...meanings.keys()].filter((code) => !kftcBanks.has(code)),
    (code) => meanings.get(code),
  );
  return Object.freeze({
    bankCode: (code: string) => banks.own.get(code),
    kftcBankCode: (code: string) => banks.standard.get(code),
    cardCode: (code: string) => cards.own.get(code),
    standardCardCode: (code: string) => cards.standard.get(code),
    bankMeant: (given: string) => {
      const code = normalized(given);
      if (banks.own.has(code)) return code;
      // The gateway's own code for one bank can be KFTC's for another (KICC: 026): money would go to whichever is guessed.
      return kftcBanks.has(code) ? undefined : meanings.get(code);
    },
    issuingBankMeant: (given: string, issues: (kftcCode: string) => boolean) => {
      const code = normalized(given);
      const kftcCode = banks.own.has(code) ? code : undefined;
      return [kftcCode, meanings.get(code)].find((meant) => meant !== undefined && issues(meant));
    },
    banks: [...banks.own.keys()].map((kftcCode) => ({ kftcCode, otherCodes: otherCodes.get(kftcCode) ?? [] })),
  });
}

function normalized(given: string): string {
  return given.trim().toUpperCase();
}

/**
 * KFTC's codes without their first zero (04 for 004): what merchants of gateways with KFTC's three digits send as well. Seen
 * in public shops at Settle Bank; for the others it is inferred, and no bank has such a code of its own there.
 */
export function withoutFirstZero(pairs: CodePairs): CodePairs {
  return pairs.flatMap(([kftc]) => (kftc.startsWith('0') ? [[kftc, kftc.slice(1)] as const] : []));
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
