import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { Approval, ApprovedCard } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { cardCompanyOf } from '../wire/codes.ts';
import { merchantTid, type TidMedium } from '../wire/transaction-id.ts';
import { type NiceAnswer, readNiceAmount } from '../wire/wire.ts';
import { outcomeOf, readShortDigits } from './answers.ts';
import { chargeRequest, keyInRequest, keyIssueRequest, keyRevocationRequest, send } from './requests.ts';
import { askStatus, neverKnown, unknown } from './status.ts';

/** `card_keyin.jsp`: that 3001 is its success, and the form of its answer, are those of a payment by a key (inferred). */
export const approve: OperationAt<'approve'> = {
  async send(call, request) {
    const tid = merchantTid(call.channel.mid, 'card', call);
    const result = await send(call, keyInRequest(call, request));
    return approvalOutcome(call, result, { ...request, tid, cardNumber: request.card.number });
  },
  inquire: (call) => inquireByTid(call, 'once'),
};

/** A key is named in the answer only; NICE can't be asked for it. Registering again is harmless: both keys are valid. */
export const issueKey: OperationAt<'issue_key'> = {
  async send(call, request) {
    return outcomeOf(call, await send(call, keyIssueRequest(call, request)), {
      // Legacy successes: F101 stands for both in older answers.
      successes: ['F100', 'F101'],
      read({ BID, TID, CardCode, CardName, CardCl, AuthDate }) {
        if (!BID) return undefined;
        const company = cardCompanyOf(CardCode ?? null);
        const name = company.name ?? (CardName || null);
        return {
          billingKey: { key: BID, boundTo: {} },
          gatewayTid: TID || null,
          issuedAt: (AuthDate && readSeoulDigits(AuthDate.padEnd(14, '0'))) || call.now,
          card: {
            maskedNumber: null,
            code: company.code,
            name,
            issuerCode: company.code,
            issuerName: name,
            type: CardCl === '0' ? 0 : CardCl === '1' ? 1 : null,
          },
        };
      },
      whenDone: null,
    });
  },
  inquire: async () => neverKnown('a key is only in the answer to its issue'),
};

/** The TID is ours and made for this charge alone, so that NICE can be asked what became of it. */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    const tid = merchantTid(call.channel.mid, 'card', call, 'key');
    const result = await send(call, chargeRequest(call, request));
    return approvalOutcome(call, result, { ...request, tid, cardNumber: null });
  },
  inquire: (call) => inquireByTid(call, 'key'),
};

/** A126: deleted before, or never there. The table of codes is one for both of NICE's APIs; that the old one answers it is inferred. */
const gone = 'A126';

export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, request) {
    return outcomeOf(call, await send(call, keyRevocationRequest(request)), {
      successes: ['F101', 'F100', gone],
      read: ({ TID, BID }) =>
        BID && BID !== request.billingKey.key ? undefined : { gatewayTid: TID || null, revokedAt: call.now },
      whenDone: null,
    });
  },
  inquire: async () => ({ kind: 'ask_by_repeating' }),
};

interface AskedApproval {
  readonly tid: string;
  readonly orderId: string;
  readonly amountMinor: bigint;
  readonly installmentMonths: number;
  readonly cardNumber: string | null;
}

function approvalOutcome(call: GatewayCall, result: GatewayHttpResult, asked: AskedApproval): Outcome<Approval> {
  return outcomeOf(call, result, {
    successes: ['3001'],
    read(answer) {
      const isOurs = answer.TID === asked.tid && (answer.Moid ?? asked.orderId) === asked.orderId;
      if (!isOurs || readNiceAmount(answer.Amt) !== asked.amountMinor) return undefined;
      return {
        gatewayTid: asked.tid,
        approvalNumber: answer.AuthCode || null,
        approvedAt: readShortDigits(answer.AuthDate) ?? call.now,
        receiptUrl: null,
        card: cardOf(answer, asked),
        bank: null,
      };
    },
    whenDone: null,
  });
}

function cardOf({ CardNo, CardCode, AcquCardCode, CardCl }: NiceAnswer, asked: AskedApproval): ApprovedCard {
  const issuer = cardCompanyOf(CardCode ?? null);
  const acquirer = cardCompanyOf(AcquCardCode || CardCode || null);
  const number = asked.cardNumber ?? (CardNo ?? '').replace(/[^\d*]/g, '');
  return {
    maskedNumber: maskCardNumber(number),
    code: acquirer.code,
    name: acquirer.name,
    issuerCode: issuer.code,
    issuerName: issuer.name,
    installmentMonths: asked.installmentMonths,
    type: CardCl === '0' ? 0 : CardCl === '1' ? 1 : null,
  };
}

/**
 * 0: approved; 1: cancelled, so that it was approved; 9: no approval. A repeat with the same TID should be refused as a
 * duplicate, but no document says so: it is not sent again.
 */
async function inquireByTid(call: GatewayCall, medium: TidMedium): Promise<Inquiry<Approval>> {
  const tid = merchantTid(call.channel.mid, 'card', call, medium);
  const asked = await askStatus(call, tid);
  if (typeof asked === 'string') return unknown(asked);
  if (asked.Status === '9') return { kind: 'not_done', repeatIsSafe: false };
  if (asked.Status !== '0') return unknown(`the status of the payment is ${asked.Status}`);
  return {
    kind: 'done',
    result: {
      gatewayTid: tid,
      approvalNumber: asked.AuthCode || null,
      approvedAt: readShortDigits(asked.AuthDate) ?? call.startedAt,
      receiptUrl: null,
      // The status names no card; the server knows that of the key.
      card: null,
      bank: null,
    },
  };
}
