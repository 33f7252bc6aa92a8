import { createHash } from 'node:crypto';
import type { CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import { inLanguage } from '../../platform/language/text.ts';
import type { RefundRow } from '../../rules/refund-file/read-rows.ts';
import type { Api } from '../api.ts';
import { minorOf } from '../cancel/balance.ts';
import { refundInHistory } from '../cancel/find-refund.ts';
import { readCancellation } from '../cancel/follow-cancellation.ts';
import { cancellationsOf } from '../cancel/open-cancellations.ts';
import { type RefundAnswer, type RefundBody, sendRefundPatiently } from '../cancel/refund-request.ts';
import type { RowResult, RunHead } from './result-file.ts';

/** The server keeps keys for 15 days; a day is kept back, for requests that wait and clocks that differ. */
export const keyIsGoodForSeconds = 14 * 24 * 3600;

export interface SettleRowParts {
  readonly api: Api;
  readonly head: RunHead;
  /** The server's clock now, in seconds since 1970. */
  readonly serverNow: number;
  readonly retryForMs: number;
  /** Ends the waiting, not a request in flight. */
  readonly signal: AbortSignal;
}

type TakenAnswer = Extract<RefundAnswer, { kind: 'taken' }>;

/** Brings one row as far as it goes now. It may be called any number of times, by any number of processes. */
export async function settleRow(parts: SettleRowParts, row: RefundRow, before: RowResult): Promise<RowResult> {
  const { api, head } = parts;
  if (before.cancellation_id !== undefined) {
    const record = await readCancellation(api, before.cancellation_id);
    return record ? resultOf(before, record) : before;
  }
  if (parts.serverNow - head.started_at > keyIsGoodForSeconds) {
    const found = await lookBeforeSending(parts, before);
    if (found) return found;
  }
  const answer = await sendRefundPatiently(api, bodyOf(row, before), keyOf(head, before.row), {
    ...parts,
    waitForRunning: false,
    isRepeat: before.state === 'unanswered' || before.state === 'running',
  });
  switch (answer.kind) {
    case 'taken':
      return resultOfTaken(parts, before, answer);
    case 'in_doubt':
      return ended(
        before,
        'in_doubt',
        answer.cancellationId === undefined ? {} : { cancellation_id: answer.cancellationId },
      );
    case 'refused':
      // Never so for the same row of the same file; then nothing of what came of the first request is known.
      if (answer.error === 'idempotency_key_reused') return ended(before, 'unclear', { error: answer.error });
      return ended(before, 'refused', { error: answer.error, message: answer.message });
    case 'not_done':
      return ended(before, 'not_done', { error: answer.error, message: answer.message });
    case 'running':
      return ended(before, 'running', { message: inLanguage('en', answer.why) });
    case 'unanswered':
      return ended(before, 'unanswered', { message: inLanguage('en', answer.why) });
  }
}

/** The same for every try of the row in this run, whichever process makes it, and for no other row or run. */
export function keyOf(head: RunHead, row: number): string {
  const digest = createHash('sha256').update(`${head.run_id}\n${head.file_sha256}\n${row}`).digest('hex');
  return `bulk-refund-${digest}`;
}

/** The balance of the plan goes along: a second guard, which holds even where the key is forgotten. */
function bodyOf({ cells }: RefundRow, planned: RowResult): RefundBody {
  const { imp_uid: _impUid, merchant_uid: _order, amount: _amount, ...others } = cells;
  return { ...others, imp_uid: planned.imp_uid, amount: planned.amount, checksum: planned.checksum };
}

async function resultOfTaken(parts: SettleRowParts, before: RowResult, answer: TakenAnswer): Promise<RowResult> {
  const { payment, cancellation } = answer;
  if (cancellation?.state === 'accepted' || cancellation?.state === 'confirmed') {
    return ended(before, cancellation.state, { cancellation_id: cancellation.id });
  }
  // Behind a proxy that takes headers away. The gateway may have taken it to finish it later: not in the history yet.
  const inHistory = refundInHistory(payment, expectedOf(before));
  if (inHistory !== undefined) return ended(before, 'confirmed', { cancellation_id: inHistory });
  for (const record of await madeSinceStart(parts, before)) {
    if (minorOf(record.amount, record.currency) === expectedOf(before).amountMinor) return resultOf(before, record);
  }
  return ended(before, 'unclear', { message: 'taken, but not found among the cancellations of the payment' });
}

/**
 * The key is too old for the server to remember, so what the row did is read from the records first. `undefined`: it was
 * certainly never begun, and may be sent.
 */
async function lookBeforeSending(parts: SettleRowParts, before: RowResult): Promise<RowResult | undefined> {
  const { api } = parts;
  const payment = await api.get<PaymentAnswer>(`/payments/${before.imp_uid}`, { include_sandbox: 'true' });
  const inHistory = refundInHistory(payment, expectedOf(before));
  if (inHistory !== undefined) {
    const message = 'found in the history of the payment, at the balance and with the amount of this row';
    return ended(before, 'confirmed', { cancellation_id: inHistory, message });
  }
  const made = await madeSinceStart(parts, before);
  if (made.length === 0) return undefined;
  const [first] = made;
  const message = `the key is too old to ask with, and the payment has had ${made.length} cancellations since the run began, ${first?.cancellation_id} the newest: look at them, and put what is missing into a new file`;
  return ended(before, 'unclear', { message });
}

/** Cancellations of the row's payment that came to something, or may still, since the run began; newest first. */
async function madeSinceStart(
  { api, head }: SettleRowParts,
  { imp_uid }: RowResult,
): Promise<CancellationSummaryAnswer[]> {
  const made: CancellationSummaryAnswer[] = [];
  for await (const record of cancellationsOf(api, { impUid: imp_uid })) {
    if (record.kind !== 'cancel' || record.requested_at < head.started_at) continue;
    if (record.state !== 'refused' && record.state !== 'unsent') made.push(record);
  }
  return made;
}

function resultOf(before: RowResult, record: CancellationSummaryAnswer): RowResult {
  const { cancellation_id, state, gateway_code, gateway_message } = record;
  const message = [gateway_code, gateway_message].filter(Boolean).join(' ');
  switch (state) {
    case 'confirmed':
      return ended(before, 'confirmed', { cancellation_id });
    case 'refused':
      return ended(before, 'refused', { cancellation_id, error: 'cancellation_refused', message });
    case 'unsent': {
      // Nothing was sent, and the server gives the key back: the next try is a new cancellation.
      const { cancellation_id: _gone, ...rest } = before;
      return ended(rest, 'not_done', { error: 'gateway_unreachable' });
    }
    case 'accepted':
      return ended(before, 'accepted', { cancellation_id });
    default:
      return ended(before, 'in_doubt', { cancellation_id });
  }
}

function expectedOf({ amount, checksum, currency }: RowResult) {
  return { amountMinor: minorOf(amount, currency), balanceMinor: minorOf(checksum, currency) };
}

type Findings = Pick<RowResult, 'cancellation_id' | 'error' | 'message'>;

function ended(
  before: RowResult,
  state: RowResult['state'],
  findings: { [Name in keyof Findings]?: string },
): RowResult {
  const { error: _error, message: _message, ...kept } = before;
  return { ...kept, ...findings, state, at: new Date().toISOString() };
}
