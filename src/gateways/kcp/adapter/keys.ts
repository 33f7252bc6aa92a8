import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { cardName } from '../../../platform/codes/cards.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { Approval, KeyInApproval } from '../../../port/approval.ts';
import type { BillingKey, KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { wireText } from '../../../port/texts.ts';
import { inquireNothing } from '../../answers/no-inquiry.ts';
import { kcpCodes } from '../wire/codes.ts';
import { cardTxTypes, keyDeletion, paths } from '../wire/paths.ts';
import { certificateLine } from '../wire/signature.ts';
import { reasonRule } from '../wire/text.ts';
import { readApproved, readResult, succeeded } from '../wire/wire.ts';
import { answeredNo } from './answers.ts';

/**
 * One path serves three uses, told apart by `card_tx_type` and `pay_method`; none of them is signed. Source: developer.kcp.co.kr
 * (keyin, webauto). KCP has no idempotency key here and its inquiry wants the number that only the answer names: what became of a
 * request whose answer was lost can't be found out, and it is never sent a second time.
 */
export const approve: OperationAt<'approve'> = {
  async send(call, request) {
    const { card } = request;
    const fields = {
      ...orderFields(request),
      card_tx_type: cardTxTypes.keyIn,
      card_no: card.number,
      card_expiry: card.expiryYear + card.expiryMonth,
      ...(card.birthOrBusinessNumber !== null && { card_taxno: card.birthOrBusinessNumber }),
      ...(card.passwordFirstTwo !== null && { card_pwd: card.passwordFirstTwo }),
    };
    return approvalOutcome(call, await send(call, fields), request, card.number);
  },
  inquire: inquireNothing,
};

export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    const group = groupOf(call, request.billingKey);
    if (group === undefined) return noGroup;
    const fields = {
      ...orderFields(request),
      card_tx_type: cardTxTypes.key,
      bt_batch_key: request.billingKey.key,
      bt_group_id: group,
    };
    return approvalOutcome(call, await send(call, fields), request, null);
  },
  inquire: inquireNothing,
};

/** What KCP answers to a second deletion is not public, so that a repeat's refusal proves nothing; its success does. */
export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, { billingKey }) {
    const group = groupOf(call, billingKey);
    if (group === undefined) return noGroup;
    const result = await send(call, {
      site_key: '',
      pay_method: keyDeletion.payMethod,
      batch_key: billingKey.key,
      group_id: group,
      tx_type: keyDeletion.txType,
    });
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    const answer = result.status === 200 ? readResult(result.text) : undefined;
    if (!answer) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
    if (answer.res_cd !== succeeded) return answeredNo(call, answer.res_cd, answer.res_msg);
    return { kind: 'confirmed', result: { gatewayTid: null, revokedAt: call.now } };
  },
  inquire: async () => ({ kind: 'unknown', why: 'KCP tells of no keys', isFinal: true }),
};

const noGroup = { kind: 'never_sent', why: 'the channel has no group of batch keys (batchGroupId)' } as const;

/** A key belongs to the group that it was issued in, not to the site alone. */
function groupOf({ channel }: GatewayCall, { boundTo }: BillingKey): string | undefined {
  return boundTo.group ?? (channel.credentials.batchGroupId || undefined);
}

function orderFields(request: KeyInApproval | KeyCharge): Record<string, string> {
  const { buyer } = request;
  const text = (value: string, max: number) => wireText(value, { ...reasonRule, max });
  return {
    pay_method: 'CARD',
    cust_ip: '',
    amount: String(request.amountMinor),
    card_mny: String(request.amountMinor),
    currency: '410',
    quota: String(request.installmentMonths).padStart(2, '0'),
    ordr_idxx: request.orderId,
    good_name: text(request.orderName, 100),
    ...(buyer.name && { buyr_name: text(buyer.name, 40) }),
    ...(buyer.email && { buyr_mail: text(buyer.email, 100) }),
    ...(buyer.tel && { buyr_tel2: text(buyer.tel, 20) }),
  };
}

function send(call: GatewayCall, fields: Readonly<Record<string, string>>): Promise<GatewayHttpResult> {
  const { mid, credentials, baseUrl } = call.channel;
  return call.http.send({
    method: 'POST',
    url: baseUrl + paths.payment,
    headers: { 'content-type': 'application/json; charset=UTF-8', accept: 'application/json' },
    body: JSON.stringify({
      site_cd: mid,
      kcp_cert_info: certificateLine(credentials.certificate ?? ''),
      ...fields,
    }),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

function approvalOutcome(
  call: GatewayCall,
  result: GatewayHttpResult,
  asked: KeyInApproval | KeyCharge,
  cardNumber: string | null,
): Outcome<Approval> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = result.status === 200 ? readResult(result.text) : undefined;
  if (!answer) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  if (answer.res_cd !== succeeded) return answeredNo(call, answer.res_cd, answer.res_msg);
  const approved = readApproved(result.text);
  const isOurs = approved?.order_no === asked.orderId && BigInt(approved.amount) === asked.amountMinor;
  const approvedAt = approved && readSeoulDigits(approved.app_time);
  if (!approved || !isOurs || !approvedAt) return { kind: 'unclear', why: 'the answer is not the one to this request' };
  const code = kcpCodes.standardCardCode(approved.card_cd ?? '') ?? null;
  const name = (code === null ? undefined : cardName(code)) ?? null;
  return {
    kind: 'confirmed',
    result: {
      gatewayTid: approved.tno,
      approvalNumber: approved.app_no ?? null,
      approvedAt,
      receiptUrl: null,
      card: {
        maskedNumber: maskCardNumber(cardNumber ?? approved.card_no ?? ''),
        code,
        name,
        issuerCode: code,
        issuerName: name,
        installmentMonths: asked.installmentMonths,
        type: null,
      },
      bank: null,
    },
  };
}
