import Type from 'typebox';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { answerWithoutInquiry } from '../../answers/no-inquiry.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import type { SmartroCancel } from '../wire/cancel.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

/** What the old module (`smartro`) and the new one (`smartro_v2`) have in common. */

/** The cancel password is set in the merchant's admin page. */
export const smartroCredentials = Type.Object({
  merchantKey: Type.String({ pattern: '^[A-Za-z0-9+/=]{32,200}$', description: 'Merchant key (상점키)' }),
  cancelPassword: Type.String({ minLength: 1, maxLength: 20, description: 'Cancel password (취소 패스워드)' }),
});

export const smartroStandIn = createStandIn({ secretOf: standInSecretOf });

/**
 * Smartro tells of deposits and of refunds that were paid out at one address. The fields are not public (of the manual's
 * chapter only the first lines are known), so the notices are the stand-in's; a real one is not understood.
 */
export const smartroNotices = createStandInNotices({ secretOf: standInSecretOf });

/** What is left after a partial cancel is cancelled as a part too: only the whole payment is a full cancel (inferred). */
export function cancelOf(request: Cancel): SmartroCancel {
  const { gatewayTid: tid, amountMinor, paymentAmountMinor, reason } = request;
  return { tid, amountMinor, isPartial: amountMinor !== paymentAmountMinor, reason };
}

export function cancelOfAccount(request: Revocation, tid: string): SmartroCancel {
  return { tid, amountMinor: request.paymentAmountMinor, isPartial: false, reason: request.reason };
}

/** Operations of the stand-in can be asked about; all others can only be repeated. */
export async function inquireSmartro(call: GatewayCall, question: Question): Promise<Inquiry> {
  switch (question.operation) {
    case 'cancel':
      if (question.request.payMethod === 'vbank') return smartroStandIn.inquire(call, question);
      return answerWithoutInquiry(question);
    case 'revoke_vbank':
      return answerWithoutInquiry(question);
    default:
      return smartroStandIn.inquire(call, question);
  }
}
