import type { CancellationAnswer } from '../../api/views/cancellation.ts';
import type { DoubtAnswer, DoubtSummaryAnswer } from '../../api/views/doubt.ts';
import { showAmount, showDuration, showOptional, showTime } from '../../platform/language/show.ts';
import { joined, type Text, text } from '../../platform/language/text.ts';
import { apiWord } from '../../rules/language/api-words.ts';
import { serverRemark } from '../../rules/language/server-remarks.ts';
import { oneLine, printRecord, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { foundNames, meanwhileOf } from './meanings.ts';

type Printer = Pick<Terminal, 'say' | 'out'>;

export function isOpenDoubt({ state }: Pick<DoubtSummaryAnswer, 'state'>): boolean {
  return state === 'in_doubt';
}

/** One line that says what is in doubt, since when, and what it holds up. `now` is the server's. */
export function doubtLine(doubt: DoubtSummaryAnswer, now: number): Text {
  const { doubt_id, imp_uid, merchant_uid, pg_provider, requested_at } = doubt;
  const amount = showAmount(doubt.amount, doubt.currency);
  const [since, age, meanwhile] = [showTime(requested_at), showDuration(now - requested_at), meanwhileOf(doubt)];
  const kind = apiWord(doubt.kind);
  return text(
    oneLine(
      `${doubt_id}, ${doubt.kind} of ${amount}, in doubt since ${since} (${age.en}): ${imp_uid}, order ${merchant_uid}, at ${pg_provider}; ${meanwhile.en}`,
    ),
    oneLine(
      `${doubt_id}, ${amount} ${typeof kind === 'string' ? kind : kind.ko}, ${since}부터(${age.ko}) 결과 미확인: ${imp_uid}, 주문 ${merchant_uid}, ${pg_provider}. ${meanwhile.ko}`,
    ),
  );
}

export function printDoubts(terminal: Terminal, doubts: readonly DoubtSummaryAnswer[]): void {
  const columns = [
    { title: text('DOUBT', '미확인 건') },
    { title: text('KIND', '종류') },
    { title: text('AMOUNT', '금액'), align: 'right' },
    { title: text('RESERVED', '묶인 금액'), align: 'right' },
    { title: text('SINCE', '발생') },
    { title: text('GATEWAY', 'PG사') },
    { title: 'IMP_UID' },
    { title: text('ORDER', '주문번호') },
    { title: text('WHY', '사유') },
  ] as const;
  const rows = doubts.map((each) => [
    each.doubt_id,
    apiWord(each.kind),
    showAmount(each.amount, each.currency),
    each.reserved === 0 ? '-' : showAmount(each.reserved, each.currency),
    showTime(each.requested_at),
    each.pg_provider,
    showOptional(each.imp_uid),
    each.merchant_uid,
    serverRemark(each.why),
  ]);
  printTable(terminal, columns, rows);
}

/** Everything that is known of it, and what to look for at the gateway. */
export function printDoubt(terminal: Printer, doubt: DoubtAnswer, now: number): void {
  const { currency, requested_at } = doubt;
  const isOpen = isOpenDoubt(doubt);
  const age = showDuration(now - requested_at);
  const since = showTime(requested_at);
  const reserved = doubt.reserved === 0 ? '-' : showAmount(doubt.reserved, currency);
  const next = showTime(doubt.next_inquiry_at);
  printRecord(terminal, [
    [text('doubt', '미확인 건'), doubt.doubt_id],
    [text('kind', '종류'), apiWord(doubt.kind)],
    [text('state', '상태'), apiWord(doubt.state)],
    [text('amount', '금액'), showAmount(doubt.amount, currency)],
    [text('reserved', '묶인 금액'), reserved],
    [text('since', '발생'), isOpen ? text(`${since} (${age.en})`, `${since} (${age.ko} 경과)`) : since],
    ['imp_uid', showOptional(doubt.imp_uid)],
    [text('order', '주문번호'), doubt.merchant_uid],
    [text('gateway', 'PG사'), `${doubt.pg_provider}, ${doubt.pg_id}, ${showOptional(doubt.pg_tid)}`],
    [text('what is known', '확인된 내용'), serverRemark(doubt.why)],
    [
      text('asked again', '재조회'),
      isOpen ? text(`${doubt.inquiries} times, next ${next}`, `${doubt.inquiries}회, 다음 ${next}`) : '-',
    ],
    ...(isOpen ? [[text('meanwhile', '그동안'), meanwhileOf(doubt)] as const] : []),
  ]);
  if (isOpen) terminal.out(whatToLookFor(doubt));
  terminal.out('');
  printHistory(terminal, doubt.history);
}

function whatToLookFor({ doubt_id, pg_order, pg_id, sent_at, requested_at, found_at_gateway }: DoubtAnswer): Text {
  const at = showTime(sent_at || requested_at);
  const needed = found_at_gateway.filter((each) => each.needed).map(({ name }) => foundNames[name]);
  const wanted = joined(needed, ', ');
  return text(
    `\nThe server goes on asking the gateway. If that settles nothing, look into the gateway's own console: MID ${pg_id}, order ${pg_order}, about ${at}.\n` +
      `Then: hwanbul doubts resolve ${doubt_id}${needed.length > 0 ? ` (if it was carried out, note there: ${wanted.en})` : ''}`,
    `\n서버가 PG사에 계속 조회합니다. 그래도 확인되지 않으면 PG사 관리자 화면에서 찾아보세요: MID ${pg_id}, 주문 ${pg_order}, ${at}경.\n` +
      `그다음: hwanbul doubts resolve ${doubt_id}${needed.length > 0 ? ` (처리되었다면 함께 적어두세요: ${wanted.ko})` : ''}`,
  );
}

export function printHistory(terminal: Printer, history: CancellationAnswer['history']): void {
  const columns = [
    { title: text('AT', '시각') },
    { title: text('FROM', '이전') },
    { title: text('TO', '이후') },
    { title: text('BY', '처리자') },
    { title: text('WHY', '사유') },
  ];
  const rows = history.map((each) => [
    showTime(each.at),
    apiWord(each.from),
    apiWord(each.to),
    each.by,
    serverRemark(each.why),
  ]);
  printTable(terminal, columns, rows);
}
