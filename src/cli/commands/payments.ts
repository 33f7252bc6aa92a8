import type { Command } from 'commander';
import type { CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import type { DoubtListAnswer, DoubtSummaryAnswer } from '../../api/views/doubt.ts';
import type { PaymentAnswer, PaymentSearchAnswer } from '../../api/views/payment.ts';
import { showAmount, showOptional, showTime } from '../../platform/language/show.ts';
import { inLanguage, joined, text, type Words } from '../../platform/language/text.ts';
import { apiWord, apiWordList } from '../../rules/language/api-words.ts';
import { reservedOf } from '../cancel/balance.ts';
import { openCancellationsOf } from '../cancel/open-cancellations.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions, type ConnectionOptions, withApi } from '../connection.ts';
import { type Day, day } from '../days.ts';
import { doubtLine } from '../doubts/show-doubt.ts';
import { addExamples } from '../examples.ts';
import { CliFailure } from '../failure.ts';
import { noteMore, readList } from '../lists.ts';
import { amountText, wholeNumber } from '../numbers.ts';
import { printRecord, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { oneOf, wordsOf } from '../words.ts';

interface ListOptions extends ConnectionOptions {
  readonly status: (typeof statuses)[number];
  readonly merchantUid?: string;
  readonly buyer?: string;
  readonly tel?: string;
  readonly amount?: string;
  readonly amountMin?: string;
  readonly amountMax?: string;
  readonly gateway?: string;
  readonly pgTid?: string;
  readonly from?: Day;
  readonly to?: Day;
  readonly limit: number;
}

const statuses = [
  'all',
  ...wordsOf<PaymentAnswer['status']>({ ready: true, paid: true, cancelled: true, failed: true }),
] as const;

export function addPaymentsCommand(program: Command, context: CommandContext): void {
  const description = text('find payments, or show one', '결제를 찾거나 한 건을 표시');
  const payments = program.command('payments').description(context.terminal.say(description));
  addList(payments, context);
  addShow(payments, context);
}

function addList(payments: Command, context: CommandContext): void {
  const { terminal } = context;
  const { say } = terminal;
  const command = payments
    .command('list')
    .description(
      say(
        text(
          'payments that fit all that is given, newest first; of the last 90 days unless --from, --merchant-uid or --pg-tid is given',
          '모든 조건에 맞는 결제를 최신순으로. --from, --merchant-uid, --pg-tid가 없으면 최근 90일',
        ),
      ),
    )
    .option('--status <status>', say(apiWordList(statuses)), oneOf(terminal, statuses), 'all')
    .option('--merchant-uid <id>', say(text('those of one order', '한 주문번호의 것만')))
    .option('--buyer <text>', say(text("a part of the buyer's name or e-mail", '구매자 이름이나 이메일의 일부')))
    .option(
      '--tel <number>',
      say(
        text("the buyer's telephone, or its last digits (four at least)", '구매자 전화번호, 또는 뒷자리(4자리 이상)'),
      ),
    )
    .option('--amount <number>', say(text('exactly this much', '정확히 이 금액')), amountText(terminal))
    .option('--amount-min <number>', say(text('at least this much', '이 금액 이상')), amountText(terminal))
    .option('--amount-max <number>', say(text('at most this much', '이 금액 이하')), amountText(terminal))
    .option('--gateway <provider>', say(text('such as tosspayments', 'PG사, 예: tosspayments')))
    .option('--pg-tid <id>', say(text("the gateway's id of the payment", 'PG사 거래번호')))
    .option(
      '--from <day>',
      say(
        text(
          'first day, YYYY-MM-DD in Seoul, by the time that --status means (begun, paid, cancelled or failed)',
          '첫날, YYYY-MM-DD(서울). --status에 따라 시작·결제·취소·실패 시각 기준',
        ),
      ),
      day(terminal),
    )
    .option('--to <day>', say(text('last day', '마지막 날')), day(terminal))
    .option('--limit <number>', say(text('at most so many', '최대 건수')), wholeNumber(terminal, 1, 1_000_000), 50)
    .action((options: ListOptions) => {
      if (options.from && options.to && options.from.start > options.to.start) {
        throw new CliFailure(text('--from is a later day than --to.', '--from이 --to보다 뒤입니다.'));
      }
      return withApi(context, options, async (api) => {
        let from = 0;
        const [list, { list: doubts }] = await Promise.all([
          readList<PaymentAnswer, PaymentSearchAnswer>(api, {
            path: '/search/payments',
            query: queryOf(options),
            limit: options.limit,
            goesOn: { by: 'before', idOf: ({ imp_uid }) => imp_uid },
            onFirstPage: (page) => {
              from = page.from;
            },
          }),
          options.json ? { list: [] } : api.get<DoubtListAnswer>('/doubts', { limit: 1000 }),
        ]);
        if (options.json) for (const payment of list.found) terminal.out(JSON.stringify(payment));
        else if (list.found.length > 0) printPayments(terminal, list.found, doubts);
        if (list.found.length === 0) noteNone(terminal, from, options);
        noteMore(terminal, list);
      });
    });
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, [
    'hwanbul payments list --status paid --from 2026-01-01 --to 2026-01-31',
    'hwanbul payments list --tel 5678 --amount 12000',
    'hwanbul payments list --buyer hong --from 2026-01-01',
    'hwanbul payments list --json | jq -r .imp_uid',
  ]);
}

function queryOf(options: ListOptions) {
  return {
    status: options.status === 'all' ? undefined : options.status,
    merchant_uid: options.merchantUid,
    buyer: options.buyer,
    buyer_tel: options.tel,
    amount: options.amount,
    amount_min: options.amountMin,
    amount_max: options.amountMax,
    pg_provider: options.gateway,
    pg_tid: options.pgTid,
    from: options.from?.start,
    to: options.to?.end,
  };
}

function noteNone(terminal: Terminal, from: number, { from: given }: ListOptions): void {
  const since = showTime(from).slice(0, 10);
  terminal.note(
    from === 0 || given
      ? text('No payments.', '결제가 없습니다.')
      : text(
          `No payments since ${since}; --from looks further back.`,
          `${since} 이후 결제가 없습니다. --from으로 더 이전을 조회할 수 있습니다.`,
        ),
  );
}

function printPayments(
  terminal: Terminal,
  payments: readonly PaymentAnswer[],
  doubts: readonly DoubtSummaryAnswer[],
): void {
  const doubtful = new Set(doubts.map(({ imp_uid }) => imp_uid));
  const columns = [
    { title: 'IMP_UID' },
    { title: text('STATUS', '상태') },
    { title: text('AMOUNT', '금액'), align: 'right' },
    { title: text('CANCELLED', '취소금액'), align: 'right' },
    { title: text('METHOD', '수단') },
    { title: text('GATEWAY', 'PG사') },
    { title: text('STARTED', '시작') },
    { title: text('BUYER', '구매자') },
    { title: text('ORDER', '주문번호') },
  ] as const;
  const rows = payments.map((each) => [
    each.imp_uid,
    doubtful.has(each.imp_uid) ? joined([apiWord(each.status), apiWord('in_doubt')], ', ') : apiWord(each.status),
    showAmount(each.amount, each.currency),
    showAmount(each.cancel_amount, each.currency),
    apiWord(each.pay_method),
    each.pg_provider,
    showTime(each.started_at),
    buyerOf(each),
    each.merchant_uid,
  ]);
  printTable(terminal, columns, rows);
  if (payments.some(({ imp_uid }) => doubtful.has(imp_uid))) {
    terminal.note(text('What is in doubt: hwanbul doubts list', '결과 미확인 건: hwanbul doubts list'));
  }
}

function buyerOf({ buyer_name, buyer_tel, buyer_email }: PaymentAnswer): string {
  return [buyer_name, buyer_tel ?? buyer_email].filter(Boolean).join(' ') || '-';
}

function addShow(payments: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = payments
    .command('show')
    .argument('<imp_uid>')
    .description(
      terminal.say(
        text(
          'one payment with its cancellations, and what of it is reserved or in doubt',
          '결제 한 건과 취소 내역, 묶여 있거나 결과를 알 수 없는 것',
        ),
      ),
    )
    .action((impUid: string, options: ConnectionOptions) =>
      withApi(context, options, async (api) => {
        const payment = await api.get<PaymentAnswer>(`/payments/${encodeURIComponent(impUid)}`, {
          include_sandbox: 'true',
        });
        const { imp_uid } = payment;
        const [{ list: doubts }, open, now] = await Promise.all([
          api.get<DoubtListAnswer>('/doubts', { imp_uid, limit: 1000 }),
          openCancellationsOf(api, imp_uid),
          api.now(),
        ]);
        const reserved = reservedOf(payment, open.get(imp_uid) ?? []);
        if (options.json) return terminal.out(JSON.stringify({ ...payment, reserved, doubts }));
        printPayment(terminal, payment, reserved, open.get(imp_uid) ?? []);
        for (const doubt of doubts) {
          terminal.out('');
          terminal.out(terminal.outStyle('yellow', doubtLine(doubt, now)));
          terminal.out(`hwanbul doubts show ${doubt.doubt_id}`);
        }
      }),
    );
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, ['hwanbul payments show imp_157956638714']);
}

function printPayment(
  terminal: Terminal,
  payment: PaymentAnswer,
  reserved: number,
  open: readonly CancellationSummaryAnswer[],
): void {
  const { currency } = payment;
  const left = payment.amount - payment.cancel_amount - reserved;
  printRecord(terminal, [
    ['imp_uid', payment.imp_uid],
    [text('order', '주문번호'), payment.merchant_uid],
    [text('name', '상품명'), showOptional(payment.name)],
    [text('buyer', '구매자'), buyerOf(payment)],
    [text('status', '상태'), apiWord(payment.status)],
    [text('amount', '금액'), showAmount(payment.amount, currency)],
    [text('cancelled', '취소금액'), showAmount(payment.cancel_amount, currency)],
    [text('reserved', '묶인 금액'), reservedText(payment, reserved, open)],
    [text('left', '취소 가능'), payment.paid_at === 0 ? '-' : showAmount(left, currency)],
    [text('pay method', '결제수단'), apiWord(payment.pay_method)],
    [text('gateway', 'PG사'), `${payment.pg_provider} (${payment.pg_id}), ${showOptional(payment.pg_tid)}`],
    [text('started', '시작'), showTime(payment.started_at)],
    [text('paid', '결제'), showTime(payment.paid_at)],
    [text('why it failed', '실패 사유'), showOptional(payment.fail_reason)],
  ]);
  if (payment.cancel_history.length === 0) return;
  terminal.out('');
  const columns = [
    { title: text('CANCELLATION', '취소번호') },
    { title: text('AMOUNT', '금액'), align: 'right' },
    { title: text('AT', '시각') },
    { title: text('AT THE GATEWAY', 'PG사 거래번호') },
    { title: text('REASON', '사유') },
  ] as const;
  const rows = payment.cancel_history.map((each) => [
    each.cancellation_id,
    showAmount(each.amount, currency),
    showTime(each.cancelled_at),
    showOptional(each.pg_tid),
    each.reason,
  ]);
  printTable(terminal, columns, rows);
}

/** Each cancellation that has not ended, with its state and its beginning. */
function reservedText(
  { currency }: PaymentAnswer,
  reserved: number,
  open: readonly CancellationSummaryAnswer[],
): Words {
  if (reserved === 0) return '-';
  const parts = open.map(({ cancellation_id, state, requested_at }) => {
    const [word, since] = [inLanguage('ko', apiWord(state)), showTime(requested_at)];
    return text(`${cancellation_id}, ${state} since ${since}`, `${cancellation_id}, ${since}부터 ${word}`);
  });
  const list = joined(parts, '; ');
  const amount = showAmount(reserved, currency);
  return text(`${amount} (${list.en})`, `${amount} (${list.ko})`);
}
