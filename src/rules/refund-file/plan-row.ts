import { showAmount, showTime } from '../../platform/language/show.ts';
import { inLanguage, type Text, text } from '../../platform/language/text.ts';
import { amountNumber, isKnownCurrency, readAmount } from '../../platform/money/currency.ts';
import { quoted } from '../../platform/table-file/quoted.ts';
import { apiWord } from '../language/api-words.ts';
import { koreanHead } from './columns.ts';
import { type GatewayRules, type RefundedAtGateway, refusalOfGateway } from './gateway-rules.ts';
import type { RefundRow } from './read-rows.ts';

/** What has to be known of a payment to plan its refund. */
export interface PlannedPayment extends RefundedAtGateway {
  readonly merchantUid: string;
  readonly status: string;
  readonly currency: string;
  /** What can still be cancelled. */
  readonly balanceMinor: bigint;
  /** Those that stand in its history; times in seconds since 1970. */
  readonly cancellations: readonly { readonly amountMinor: bigint; readonly at: number }[];
}

/** What is known of a row's payment beside the payment itself. */
export interface Surroundings {
  /** `undefined`: this program does not know the gateway, and leaves the row to the server. */
  readonly rules: GatewayRules | undefined;
  readonly doubt: { readonly id: string; readonly kind: string; readonly requestedAt: number } | undefined;
  readonly unended: { readonly id: string; readonly state: string } | undefined;
  readonly allowSameAmount: boolean;
}

/** What a row would give back, of which balance. */
export interface PlannedAmount {
  readonly amountMinor: bigint;
  readonly balanceMinor: bigint;
}

/** What a row would do, or why it can't. Pure. */
export function planRow(
  { cells }: Pick<RefundRow, 'cells'>,
  payment: PlannedPayment,
  around: Surroundings,
): PlannedAmount | Text {
  const { currency, impUid, merchantUid, balanceMinor } = payment;
  if (!isKnownCurrency(currency)) {
    return unknownCurrency;
  }
  if (cells.imp_uid !== undefined && cells.merchant_uid !== undefined && cells.merchant_uid !== merchantUid) {
    return text(
      `names ${impUid}, which is of the merchant_uid ${merchantUid} and not ${cells.merchant_uid}`,
      `${impUid}의 주문번호는 ${merchantUid}이며 ${cells.merchant_uid}이(가) 아닙니다`,
    );
  }
  if (around.doubt) return inDoubt(impUid, around.doubt);
  if (payment.status === 'ready' || payment.status === 'failed') {
    return text(
      `${impUid} is not paid (${payment.status})`,
      `${impUid}은(는) 결제된 상태가 아닙니다(${payment.status})`,
    );
  }
  if (around.unended) return notEnded(impUid, around.unended);
  if (balanceMinor <= 0n) {
    return text(`${impUid} has nothing left to cancel`, `${impUid}에는 취소할 금액이 남아 있지 않습니다`);
  }
  const amount =
    cells.amount === undefined ? { ok: true as const, minor: balanceMinor } : readAmount(cells.amount, currency);
  if (!amount.ok) {
    const shown = quoted(cells.amount ?? '');
    return text(
      `has the amount ${shown}, which ${currency} does not have`,
      `금액 ${shown}은(는) ${currency} 금액이 아닙니다`,
    );
  }
  if (amount.minor > balanceMinor) {
    const left = showMinor(balanceMinor, currency);
    const asked = showMinor(amount.minor, currency);
    return text(
      `asks for ${asked}, but ${left} are left of ${impUid}`,
      `${asked}을(를) 요청했지만 ${impUid}에는 ${left}이(가) 남아 있습니다`,
    );
  }
  for (const part of ['tax_free', 'vat_amount'] as const) {
    const reading = cells[part] === undefined ? undefined : readAmount(cells[part], currency);
    if (reading && (!reading.ok || reading.minor > amount.minor)) {
      const shown = quoted(cells[part] ?? '');
      return text(
        `has the ${part} ${shown}, which is no part of its amount`,
        `${koreanHead(part)} ${shown}이(가) 환불 금액보다 크거나 금액이 아닙니다`,
      );
    }
  }
  const refused = around.rules && refusalOfGateway(around.rules, payment, cells, amount.minor);
  if (refused !== undefined) return refused;
  const same = payment.cancellations.find(({ amountMinor }) => amountMinor === amount.minor);
  if (same && !around.allowSameAmount) {
    const [given, at] = [showMinor(same.amountMinor, currency), showTime(same.at)];
    return text(
      `${impUid}: ${given} were given back before, at ${at}. If this is meant once more, say so (--allow-same-amount, allow_same_amount)`,
      `${impUid}: ${given}이(가) ${at}에 이미 환불되었습니다. 한 번 더 하려는 것이면 같은 금액 허용(--allow-same-amount, allow_same_amount)을 추가하세요`,
    );
  }
  return { amountMinor: amount.minor, balanceMinor };
}

export const unknownCurrency = text('is in a currency that this version does not know', '이 버전이 모르는 통화입니다');

/** A second row of one payment in a file. */
export function paymentAgain(impUid: string, earlierLine: number): Text {
  return text(
    `is the payment of line ${earlierLine} again (${impUid}); make one row of them`,
    `${earlierLine}행과 같은 결제입니다(${impUid}). 한 행으로 합치세요`,
  );
}

function showMinor(minor: bigint, currency: string): string {
  return showAmount(amountNumber(minor, currency), currency);
}

function inDoubt(impUid: string, { id, kind, requestedAt }: NonNullable<Surroundings['doubt']>): Text {
  const since = showTime(requestedAt);
  return text(
    `${impUid} has an operation in doubt (${id}, ${kind}, since ${since}): hwanbul doubts show ${id}`,
    `${impUid}에 결과를 모르는 요청이 있습니다(${id}, ${inLanguage('ko', apiWord(kind))}, ${since}): hwanbul doubts show ${id}`,
  );
}

function notEnded(impUid: string, { id, state }: NonNullable<Surroundings['unended']>): Text {
  return text(
    `${impUid} has a cancellation that has not ended (${id}, ${state}); let it end first`,
    `${impUid}에 끝나지 않은 취소가 있습니다(${id}, ${inLanguage('ko', apiWord(state))}). 끝난 뒤에 하세요`,
  );
}
