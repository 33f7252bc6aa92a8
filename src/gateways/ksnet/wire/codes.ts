import { banks } from '../../../platform/codes/banks.ts';
import { cardName } from '../../../platform/codes/cards.ts';
import { type CodePairs, createGatewayCodes, withoutFirstZero } from '../../../port/codes.ts';

/**
 * WEBFEP names banks and card companies by words (`NONGHYUP`, `HYUNDAI`), and no list of them is public. Banks are used
 * by the stand-in only, which takes KFTC's codes as they are.
 */
const bankPairs: CodePairs = [...banks.keys()].map((code) => [code, code]);
const cardPairs: CodePairs = [['367', 'HYUNDAI']];

export const ksnetCodes = createGatewayCodes({
  banks: bankPairs,
  merchantsBanks: withoutFirstZero(bankPairs),
  cards: cardPairs,
});

/** Names of card companies as KSPAY's code table has them; that WEBFEP writes the same ones is seen for 현대카드 only. */
const companyNames: ReadonlyMap<string, string> = new Map([
  ['비씨카드', '361'],
  ['국민카드', '381'],
  ['외환카드', '374'],
  ['삼성카드', '365'],
  ['신한카드', '366'],
  ['현대카드', '367'],
  ['롯데카드', '368'],
  ['수협', '369'],
  ['우리은행', '041'],
  ['농협', '371'],
  ['제주은행', '373'],
  ['광주은행', '364'],
  ['전북은행', '372'],
  ['하나은행', '374'],
  ['씨티은행', '370'],
]);

/** What KSNET calls the company with i'mport's code. */
export function companyName(code: string): string | undefined {
  return [...companyNames].find(([, known]) => known === code)?.[0];
}

/** i'mport's code and name of a card company, by KSNET's type or else its name; `null` where neither is known. */
export function cardCompanyOf(
  type: string,
  name: string,
): { readonly code: string | null; readonly name: string | null } {
  const code = ksnetCodes.standardCardCode(type) ?? companyNames.get(name.trim()) ?? null;
  return { code, name: code === null ? null : (cardName(code) ?? null) };
}
