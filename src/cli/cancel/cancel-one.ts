import { randomUUID } from 'node:crypto';
import type { PaymentAnswer, PaymentPageAnswer } from '../../api/views/payment.ts';
import { readAmount } from '../../platform/money/currency.ts';
import type { Api } from '../api.ts';
import type { CommandContext } from '../command.ts';
import { withApi } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { showAmount, showOptional } from '../show.ts';
import { oneLine } from '../table.ts';
import { askYes } from '../terminal.ts';
import { cancellableMinorOf, unitsOf } from './balance.ts';
import { followCancellation } from './follow-cancellation.ts';
import { reservedAmounts } from './open-cancellations.ts';
import type { CancelOptions } from './options.ts';
import { type RefundAnswer, type RefundBody, sendRefundPatiently } from './refund-request.ts';

/** `hwanbul cancel IMP_UID`: shows what it is about to do, asks, does it, and says what came of it. */
export function cancelOne(
  context: CommandContext,
  impUid: string | undefined,
  options: CancelOptions,
): Promise<ExitCode> {
  if (impUid === undefined && options.merchantUid === undefined) {
    throw new CliFailure('Which payment? Give an imp_uid, --merchant-uid or --file.');
  }
  if (impUid !== undefined && options.merchantUid !== undefined) {
    throw new CliFailure('Give an imp_uid or --merchant-uid, not both.');
  }
  if (!options.yes && !context.terminal.canAsk) {
    throw new CliFailure('There is nobody to ask here: add --yes to cancel without a question.');
  }
  return withApi(options, context.env, async (api) => {
    const payment = await findPayment(api, impUid, options.merchantUid);
    const body = await bodyOf(api, payment, options);
    const key = options.idempotencyKey ?? randomUUID();
    tell(context, payment, body);
    if (!options.yes && !(await askYes(context.terminal, 'Cancel it?'))) {
      throw new CliFailure('Nothing was cancelled.');
    }
    context.terminal.note(context.terminal.noteStyle('dim', repeatHint(body, key)));
    const answer = await sendRefundPatiently(api, body, key, {
      retryForMs: options.retryFor * 1000,
      waitForRunning: true,
      signal: new AbortController().signal,
    });
    return conclude(context, api, payment.imp_uid, answer, key, options);
  });
}

async function findPayment(api: Api, impUid: string | undefined, merchantUid = ''): Promise<PaymentAnswer> {
  if (impUid !== undefined) return api.get<PaymentAnswer>(`/payments/${encodeURIComponent(impUid)}`, sandboxToo);
  const path = `/payments/findAll/${encodeURIComponent(merchantUid)}`;
  const { list } = await api.get<PaymentPageAnswer>(path, { limit: 1000 });
  const paid = list.filter(({ status }) => status === 'paid' || status === 'cancelled');
  const [only, ...others] = paid.length === 0 ? list : paid;
  if (!only || others.length > 0) {
    throw new CliFailure(
      `${JSON.stringify(merchantUid)} names ${paid.length} payments that were paid: give the imp_uid of one.`,
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
  const read = (text: string, name: string): number => {
    const reading = readAmount(text, currency);
    if (!reading.ok || reading.minor === 0n) throw new CliFailure(`--${name} ${text} is no amount of ${currency}.`);
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
  const reserved = await reservedAmounts(api, payment.imp_uid);
  const balance = unitsOf(cancellableMinorOf(payment, reserved.get(payment.imp_uid) ?? []), currency);
  // Where nothing is left the server says so in its own words.
  if (balance <= 0) return fixed;
  return { amount: balance, checksum: balance, ...fixed };
}

function tell({ terminal }: CommandContext, payment: PaymentAnswer, body: RefundBody): void {
  const { currency } = payment;
  const amount = body.amount === undefined ? 'all that is left' : showAmount(Number(body.amount), currency);
  const left = showAmount(payment.amount - payment.cancel_amount, currency);
  terminal.note(
    oneLine(
      `Cancelling ${amount} of ${showAmount(payment.amount, currency)} (${left} not cancelled yet): ${payment.imp_uid}, ` +
        `order ${payment.merchant_uid}, ${showOptional(payment.name)}, ${payment.pay_method} at ${payment.pg_provider}`,
    ),
  );
  if (body.refund_account !== undefined) {
    terminal.note(`The refund goes to the account that ends with ${body.refund_account.slice(-4)}.`);
  }
}

function repeatHint(body: RefundBody, key: string): string {
  const parts = [
    ...(body.amount === undefined ? [] : [`--amount ${body.amount}`]),
    ...(body.checksum === undefined ? [] : [`--checksum ${body.checksum}`]),
    `--idempotency-key ${key}`,
  ];
  return `To repeat it without any risk within 15 days: the same command with ${parts.join(' ')}`;
}

async function conclude(
  context: CommandContext,
  api: Api,
  impUid: string,
  answer: RefundAnswer,
  key: string,
  options: CancelOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const ended = await outcomeOf(context, api, impUid, answer, options);
  if (options.json) {
    terminal.out(JSON.stringify({ ...ended, imp_uid: impUid, idempotency_key: key }));
  } else {
    const colour = { confirmed: 'green', refused: 'red', not_done: 'red' } as const;
    const painted = Object.hasOwn(colour, ended.outcome) ? colour[ended.outcome as keyof typeof colour] : 'yellow';
    terminal.out(`${terminal.outStyle(painted, words[ended.outcome])} ${oneLine(ended.message)}`.trimEnd());
  }
  if (ended.outcome === 'confirmed') return exitCodes.done;
  return ended.outcome === 'refused' || ended.outcome === 'not_done' ? exitCodes.no : exitCodes.inDoubt;
}

const words = {
  confirmed: 'Confirmed.',
  accepted: 'Accepted: the gateway took it and finishes later.',
  refused: 'Refused, nothing was given back.',
  not_done: 'Not done, and it may be tried again.',
  in_doubt: 'In doubt: the outcome is not known yet. Do not refund by other means.',
  unanswered: 'No answer: the outcome is not known. Repeat it with its key; do not refund by other means.',
} as const;

interface Ended {
  readonly outcome: keyof typeof words;
  readonly message: string;
  readonly cancellation_id?: string;
  readonly error?: string;
  readonly payment?: PaymentAnswer;
}

async function outcomeOf(
  { terminal }: CommandContext,
  api: Api,
  impUid: string,
  answer: RefundAnswer,
  options: CancelOptions,
): Promise<Ended> {
  switch (answer.kind) {
    case 'refused':
    case 'not_done':
      return { outcome: answer.kind, error: answer.error, message: `${answer.error}: ${answer.message}` };
    case 'running':
    case 'unanswered':
      return { outcome: 'unanswered', message: answer.why };
    case 'taken': {
      const { payment } = answer;
      const open = (await reservedAmounts(api, impUid)).get(impUid);
      const left = showAmount(payment.amount - payment.cancel_amount, payment.currency);
      const last = payment.cancel_history.at(-1)?.cancellation_id;
      if (open === undefined) {
        const id = last === undefined ? {} : { cancellation_id: last };
        return { outcome: 'confirmed', message: `${left} of the payment is not cancelled.`, ...id, payment };
      }
      return { outcome: 'accepted', message: 'hwanbul cancellations list --state accepted shows it.', payment };
    }
    case 'in_doubt': {
      const { cancellationId } = answer;
      if (cancellationId === undefined) return { outcome: 'in_doubt', message: '' };
      terminal.note(`In doubt; following ${cancellationId} for up to ${options.wait} s…`);
      const record = await followCancellation(api, cancellationId, options.wait * 1000, new AbortController().signal);
      const outcome = record?.state === 'confirmed' || record?.state === 'refused' ? record.state : 'in_doubt';
      const message = outcome === 'refused' ? showOptional(record?.gateway_message) : cancellationId;
      return { outcome, message, cancellation_id: cancellationId };
    }
  }
}
