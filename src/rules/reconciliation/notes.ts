import { type Text, text } from '../../platform/language/text.ts';

/** What a comparison by lookups alone can't see. */
export function withoutList(gateway: string): Text {
  return text(
    `${gateway} does not list transactions: what is only there, of payments that are not in our book, can not be seen this way. Compare with its settlement file (--file).`,
    `${gateway}은(는) 거래 목록을 제공하지 않아, 우리 장부에 없고 PG사에만 있는 결제는 이 방법으로 볼 수 없습니다. 정산 파일(--file)로 비교하세요.`,
  );
}

export function notListed(gateway: string, mid: string, why: string): Text {
  return text(
    `${gateway} could not list the transactions of ${mid}: ${why}.`,
    `${gateway}에서 ${mid}의 거래 목록을 받지 못했습니다: ${why}`,
  );
}
