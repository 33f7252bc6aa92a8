import { cards } from '../../platform/codes/cards.ts';

/** Names that companies are told by besides i'mport's own, without 카드. */
const otherNames: Readonly<Record<string, string>> = {
  비씨: '361',
  국민: '381',
  KB국민: '381',
  농협: '371',
  NH농협: '371',
  하나: '374',
  씨티: '370',
  케이뱅크: '089',
  카카오뱅크: '090',
  우체국: '071',
  산업: '002',
  새마을금고: '045',
};

const codes: ReadonlyMap<string, string> = new Map([
  ...[...cards].map(([code, name]) => [bare(name), code] as const),
  ...Object.entries(otherNames),
]);

/**
 * i'mport's code and name of a card company, for gateways whose codes are not public and which tell its name as well; `null` for one
 * that is not known. Which names a gateway writes is not public either: these are the companies' own.
 */
export function cardCompanyNamed(given: string): { readonly code: string | null; readonly name: string | null } {
  const code = codes.get(bare(given)) ?? null;
  return { code, name: code === null ? null : (cards.get(code) ?? null) };
}

function bare(name: string): string {
  return name.replace(/\s/g, '').replace(/카드$/, '').toUpperCase();
}
