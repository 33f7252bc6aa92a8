import { randomUUID } from 'node:crypto';
import type { PaymentAnswer, PaymentPageAnswer } from '../../api/views/payment.ts';
import { showAmount, showOptional, showTime } from '../../platform/language/show.ts';
import { inLanguage, jsonIn, type Text, text, type Words } from '../../platform/language/text.ts';
import { readAmount } from '../../platform/money/currency.ts';
import { type Api, type ApiAnswer, describeRefusal } from '../api.ts';
import { planRefunds } from '../bulk-refund/plan.ts';
import type { CommandContext } from '../command.ts';
import { withApi } from '../connection.ts';
import { meanwhileOf } from '../doubts/meanings.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { whenInterrupted } from '../interruption.ts';
import { oneLine } from '../table.ts';
import { askYes, type Terminal } from '../terminal.ts';
import { cancellableMinorOf, unitsOf } from './balance.ts';
import { followCancellation } from './follow-cancellation.ts';
import { cancellationsOf, openCancellationsOf, openDoubtsOf } from './open-cancellations.ts';
import type { CancelOptions } from './options.ts';
import { type RefundAnswer, type RefundBody, sendRefundPatiently } from './refund-request.ts';

/** `hwanbul cancel IMP_UID`: shows what it is about to do, asks, does it, and says what came of it. */
export function cancelOne(
  context: CommandContext,
  impUid: string | undefined,
  options: CancelOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  if (impUid === undefined && options.merchantUid === undefined) {
    throw new CliFailure(
      text(
        'Which payment? Give an imp_uid, --merchant-uid or --file.',
        '어떤 결제인가요? imp_uid, --merchant-uid 또는 --file을 주세요.',
      ),
    );
  }
  if (impUid !== undefined && options.merchantUid !== undefined) {
    throw new CliFailure(
      text('Give an imp_uid or --merchant-uid, not both.', 'imp_uid와 --merchant-uid 중 하나만 주세요.'),
    );
  }
  if (!options.yes && !options.dryRun && !terminal.canAsk) {
    throw new CliFailure(
      text(
        'There is nobody to ask here: add --yes to cancel without a question, or --dry-run.',
        '물어볼 사람이 없습니다. 묻지 않고 취소하려면 --yes를, 확인만 하려면 --dry-run을 추가하세요.',
      ),
    );
  }
  return withApi(context, options, async (api) => {
    const payment = await findPayment(api, impUid, options.merchantUid);
    const body = await bodyOf(api, payment, options);
    tell(terminal, payment, body);
    if (options.dryRun) return tryOut(terminal, api, payment, options);
    await tellDoubt(terminal, api, payment);
    if (!options.yes && !(await askYes(terminal, text('Cancel it?', '취소할까요?')))) {
      throw new CliFailure(text('Nothing was cancelled.', '취소하지 않았습니다.'));
    }
    const key = options.idempotencyKey ?? randomUUID();
    terminal.note(terminal.noteStyle('dim', repeatHint(body, key)));
    return carryOut(context, api, payment, { body, key, options });
  });
}

async function findPayment(api: Api, impUid: string | undefined, merchantUid = ''): Promise<PaymentAnswer> {
  if (impUid !== undefined) return api.get<PaymentAnswer>(`/payments/${encodeURIComponent(impUid)}`, sandboxToo);
  const path = `/payments/findAll/${encodeURIComponent(merchantUid)}`;
  const { list } = await api.get<PaymentPageAnswer>(path, { limit: 1000 });
  const paid = list.filter(({ status }) => status === 'paid' || status === 'cancelled');
  const [only, ...others] = paid.length === 0 ? list : paid;
  if (!only || others.length > 0) {
    const name = JSON.stringify(merchantUid);
    throw new CliFailure(
      text(
        `${name} names ${paid.length} payments that were paid: give the imp_uid of one.`,
        `${name} 주문에 결제가 ${paid.length}건 있습니다. 그중 하나의 imp_uid를 주세요.`,
      ),
    );
  }
  return only;
}

const sandboxToo = { include_sandbox: 'true' } as const;

/**
 * The amount and the balance as they were shown go into the request, so that what happens is what was agreed to. A repeat
 * with an earlier key must be the earlier request, so there nothing is added.
 */
async function bodyOf(api: Api, payment: PaymentAnswer, options: CancelOptions): Promise<RefundBody> {
  const { currency } = payment;
  const read = (given: string, name: string): number => {
    const reading = readAmount(given, currency);
    if (!reading.ok || reading.minor === 0n) {
      throw new CliFailure(
        text(
          `--${name} ${given} is no amount of ${currency}.`,
          `--${name} ${given}은(는) ${currency} 금액이 아닙니다.`,
        ),
      );
    }
    return unitsOf(reading.minor, currency);
  };
  const fixed = {
    imp_uid: payment.imp_uid,
    ...(options.amount === undefined ? {} : { amount: read(options.amount, 'amount') }),
    ...(options.checksum === undefined ? {} : { checksum: Number(options.checksum) }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    ...(options.taxFree === undefined ? {} : { tax_free: Number(options.taxFree) }),
    ...(options.vat === undefined ? {} : { vat_amount: Number(options.vat) }),
    ...(options.refundHolder === undefined ? {} : { refund_holder: options.refundHolder }),
    ...(options.refundBank === undefined ? {} : { refund_bank: options.refundBank }),
    ...(options.refundAccount === undefined ? {} : { refund_account: options.refundAccount }),
    ...(options.refundTel === undefined ? {} : { refund_tel: options.refundTel }),
  };
  if (options.idempotencyKey !== undefined) return fixed;
  const open = await openCancellationsOf(api, payment.imp_uid);
  const balance = unitsOf(cancellableMinorOf(payment, open.get(payment.imp_uid) ?? []), currency);
  // Where nothing is left the server says so in its own words.
  if (balance <= 0) return fixed;
  return { amount: balance, checksum: balance, ...fixed };
}

function tell(terminal: Terminal, payment: PaymentAnswer, body: RefundBody): void {
  const { currency, buyer_name, buyer_tel } = payment;
  const whole = showAmount(payment.amount, currency);
  const left = showAmount(payment.amount - payment.cancel_amount, currency);
  const amount =
    body.amount === undefined ? text('all that is left', '남은 전액') : showAmount(Number(body.amount), currency);
  const buyer = [buyer_name, buyer_tel].filter(Boolean).join(' ') || '-';
  const [name, method] = [showOptional(payment.name), `${payment.pay_method} ${payment.pg_provider}`];
  terminal.note(
    text(
      oneLine(
        `Cancelling ${inLanguage('en', amount)} of ${whole} (${left} not cancelled yet): ${payment.imp_uid}, ` +
          `order ${payment.merchant_uid}, buyer ${buyer}, ${name}, ${payment.pay_method} at ${payment.pg_provider}`,
      ),
      oneLine(
        `${whole} 중 ${inLanguage('ko', amount)} 취소 (미취소 잔액 ${left}): ${payment.imp_uid}, ` +
          `주문 ${payment.merchant_uid}, 구매자 ${buyer}, ${name}, ${method}`,
      ),
    ),
  );
  if (body.refund_account !== undefined) {
    const end = body.refund_account.slice(-4);
    terminal.note(
      text(`The refund goes to the account that ends with ${end}.`, `끝자리가 ${end}인 계좌로 환불합니다.`),
    );
  }
}

/** Until it is settled the server begins nothing else on the payment. */
async function tellDoubt(terminal: Terminal, api: Api, { imp_uid }: PaymentAnswer): Promise<void> {
  const doubt = (await openDoubtsOf(api, imp_uid)).get(imp_uid);
  if (!doubt) return;
  const [since, meanwhile] = [showTime(doubt.requested_at), meanwhileOf(doubt)];
  terminal.note(
    terminal.noteStyle(
      'yellow',
      text(
        `In doubt since ${since}: ${doubt.doubt_id} (${doubt.kind}); ${meanwhile.en}. See hwanbul doubts show ${doubt.doubt_id}`,
        `${since}부터 결과 미확인: ${doubt.doubt_id} (${doubt.kind}). ${meanwhile.ko}. hwanbul doubts show ${doubt.doubt_id}`,
      ),
    ),
  );
}

/** By the same rules as the rows of a file. */
async function tryOut(
  terminal: Terminal,
  api: Api,
  { imp_uid, merchant_uid, buyer_name }: PaymentAnswer,
  options: CancelOptions,
): Promise<ExitCode> {
  const cells = {
    imp_uid,
    ...(options.amount === undefined ? {} : { amount: options.amount }),
    ...(options.refundHolder === undefined ? {} : { refund_holder: options.refundHolder }),
    ...(options.refundBank === undefined ? {} : { refund_bank: options.refundBank }),
    ...(options.refundAccount === undefined ? {} : { refund_account: options.refundAccount }),
    ...(options.refundTel === undefined ? {} : { refund_tel: options.refundTel }),
    ...(options.taxFree === undefined ? {} : { tax_free: options.taxFree }),
    ...(options.vat === undefined ? {} : { vat_amount: options.vat }),
  };
  const { problems, refunds } = await planRefunds(api, [{ row: 1, line: 1, cells }], { allowSameAmount: true });
  const [problem, refund] = [problems[0]?.problem, refunds[0]];
  if (problem !== undefined || !refund) {
    throw wouldBeRefused(problem ?? '');
  }
  if (options.checksum !== undefined && Number(options.checksum) !== refund.checksum) {
    const [given, left] = [options.checksum, refund.checksum];
    throw wouldBeRefused(
      text(
        `--checksum is ${given}, and ${left} can be cancelled`,
        `--checksum은 ${given}인데 취소 가능 금액은 ${left}입니다`,
      ),
    );
  }
  const { currency, amount, checksum } = refund;
  if (options.json) {
    const plan = { imp_uid, merchant_uid, buyer_name, currency, amount, checksum };
    terminal.out(JSON.stringify({ dry_run: true, ...plan, exit_code: exitCodes.done }));
  } else {
    const [part, left] = [showAmount(amount, currency), showAmount(checksum, currency)];
    terminal.out(
      text(
        `Nothing was sent. ${part} of the ${left} that are left would be given back.`,
        `전송하지 않았습니다. 남은 ${left} 중 ${part}이(가) 환불될 것입니다.`,
      ),
    );
  }
  return exitCodes.done;
}

function wouldBeRefused(why: Words): CliFailure {
  const [en, ko] = [inLanguage('en', why), inLanguage('ko', why)];
  return new CliFailure(text(`It would be refused: ${en}.`, `거절될 것입니다: ${ko}`), exitCodes.no, {
    error: 'would_be_refused',
    dry_run: true,
  });
}

function repeatHint(body: RefundBody, key: string): Text {
  const parts = [
    ...(body.amount === undefined ? [] : [`--amount ${body.amount}`]),
    ...(body.checksum === undefined ? [] : [`--checksum ${body.checksum}`]),
    `--idempotency-key ${key}`,
  ].join(' ');
  return text(
    `To repeat it without any risk within 15 days: the same command with ${parts}`,
    `15일 안에 안전하게 다시 시도하려면 같은 명령에 추가하세요: ${parts}`,
  );
}

interface Request {
  readonly body: RefundBody;
  readonly key: string;
  readonly options: CancelOptions;
}

/** Whoever stops it is still told how it stands, and how to go on. */
async function carryOut(
  context: CommandContext,
  api: Api,
  payment: PaymentAnswer,
  { body, key, options }: Request,
): Promise<ExitCode> {
  const { terminal } = context;
  const stop = new AbortController();
  const atEase = whenInterrupted({
    first: (signal) => {
      stop.abort();
      terminal.note(
        text(
          `${signal}: ending as soon as the request under way is answered. Once more ends at once, and then its outcome is not known.`,
          `${signal}: 진행 중인 요청의 응답을 받는 대로 끝냅니다. 한 번 더 누르면 결과를 모르는 채 바로 끝납니다.`,
        ),
      );
    },
    again: () => void api.close(),
  });
  try {
    const answer = await terminal.whileWaiting(
      text('Waiting for what the gateway says', 'PG사의 응답을 기다리는 중'),
      sendRefundPatiently(api, body, key, {
        retryForMs: options.retryFor * 1000,
        waitForRunning: true,
        signal: stop.signal,
      }),
    );
    return await conclude(context, api, payment.imp_uid, answer, key, options, stop.signal);
  } finally {
    atEase();
  }
}

async function conclude(
  context: CommandContext,
  api: Api,
  impUid: string,
  answer: RefundAnswer,
  key: string,
  options: CancelOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { terminal } = context;
  const ended = await outcomeOf(terminal, api, impUid, answer, options, signal);
  const exitCode = exitCodeOf(ended.outcome);
  if (options.json) {
    const document = { ...ended, imp_uid: impUid, idempotency_key: key, exit_code: exitCode };
    terminal.out(jsonIn(terminal.language, document));
  } else {
    const colour = { confirmed: 'green', refused: 'red', not_done: 'red' } as const;
    const painted = Object.hasOwn(colour, ended.outcome) ? colour[ended.outcome as keyof typeof colour] : 'yellow';
    const said = oneLine(terminal.say(ended.message));
    terminal.out(`${terminal.outStyle(painted, outcomeTexts[ended.outcome])} ${said}`.trimEnd());
  }
  if (ended.outcome === 'in_doubt' && ended.cancellation_id !== undefined) {
    terminal.note(`hwanbul doubts show ${ended.cancellation_id}`);
  }
  return exitCode;
}

function exitCodeOf(outcome: keyof typeof outcomeTexts): ExitCode {
  if (outcome === 'confirmed') return exitCodes.done;
  return outcome === 'refused' || outcome === 'not_done' ? exitCodes.no : exitCodes.inDoubt;
}

const outcomeTexts = {
  confirmed: text('Confirmed.', '취소되었습니다.'),
  accepted: text('Accepted: the gateway took it and finishes later.', '접수되었습니다. PG사가 나중에 지급을 마칩니다.'),
  refused: text('Refused, nothing was given back.', '거절되었습니다. 환불되지 않았습니다.'),
  not_done: text('Not done, and it may be tried again.', '처리되지 않았습니다. 다시 시도할 수 있습니다.'),
  in_doubt: text(
    'In doubt: the outcome is not known yet. Do not refund by other means.',
    '결과를 아직 모릅니다. 다른 방법으로 환불하지 마세요.',
  ),
  unanswered: text(
    'No answer: the outcome is not known. Repeat it with its key; do not refund by other means.',
    '응답이 없어 결과를 모릅니다. 같은 키로 다시 시도하고, 다른 방법으로 환불하지 마세요.',
  ),
} as const;

interface Ended {
  readonly outcome: keyof typeof outcomeTexts;
  readonly message: Words;
  readonly cancellation_id?: string;
  readonly error?: string;
  readonly payment?: PaymentAnswer;
}

async function outcomeOf(
  terminal: Terminal,
  api: Api,
  impUid: string,
  answer: RefundAnswer,
  options: CancelOptions,
  signal: AbortSignal,
): Promise<Ended> {
  switch (answer.kind) {
    case 'refused':
    case 'not_done':
      return { outcome: answer.kind, error: answer.error, message: describeRefusal(answer) };
    case 'running':
    case 'unanswered':
      return { outcome: 'unanswered', message: answer.why };
    case 'taken':
      return outcomeOfTaken(api, impUid, answer);
    case 'in_doubt': {
      const { cancellationId } = answer;
      if (cancellationId === undefined) return { outcome: 'in_doubt', message: '' };
      const { wait } = options;
      terminal.note(
        text(
          `In doubt; following ${cancellationId} for up to ${wait} s. Ctrl-C ends that.`,
          `결과 미확인. ${cancellationId}을(를) 최대 ${wait}초 동안 확인합니다. Ctrl-C로 끝낼 수 있습니다.`,
        ),
      );
      const record = await terminal.whileWaiting(
        text(`Following ${cancellationId}`, `${cancellationId} 확인 중`),
        followCancellation(api, cancellationId, wait * 1000, signal),
      );
      const outcome = record?.state === 'confirmed' || record?.state === 'refused' ? record.state : 'in_doubt';
      const message = outcome === 'refused' ? showOptional(record?.gateway_message) : cancellationId;
      return { outcome, message, cancellation_id: cancellationId };
    }
  }
}

async function outcomeOfTaken(
  api: Api,
  impUid: string,
  answer: Extract<RefundAnswer, { kind: 'taken' }>,
): Promise<Ended> {
  const { payment } = answer;
  // Without the headers only behind a proxy that takes them away.
  const cancellation = answer.cancellation ?? (await newestOf(api, impUid));
  const id = cancellation === undefined ? {} : { cancellation_id: cancellation.id };
  if (cancellation?.state === 'accepted') {
    const message = text(
      `hwanbul cancellations show ${cancellation.id} shows how it stands.`,
      `진행 상황: hwanbul cancellations show ${cancellation.id}`,
    );
    return { outcome: 'accepted', message, ...id, payment };
  }
  const left = showAmount(payment.amount - payment.cancel_amount, payment.currency);
  const message = text(`${left} of the payment is not cancelled.`, `미취소 잔액은 ${left}입니다.`);
  return { outcome: 'confirmed', message, ...id, payment };
}

async function newestOf(api: Api, impUid: string): Promise<ApiAnswer['cancellation']> {
  for await (const { cancellation_id: id, state } of cancellationsOf(api, { impUid })) return { id, state };
  return undefined;
}
