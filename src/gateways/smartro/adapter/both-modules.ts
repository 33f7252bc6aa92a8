import Type from 'typebox';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { inquireByRepeating, inquireCancelByRepeating } from '../../answers/no-inquiry.ts';
import { cancelByPayMethod } from '../../stand-in/adapter/cancel-by-pay-method.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import type { SmartroCancel } from '../wire/cancel.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { type FieldReader, outcomeOfCancel, outcomeOfRevocation } from './answers.ts';

/** What the old module (`smartro`) and the new one (`smartro_v2`) have in common. */

/** The cancel password is set in the merchant's admin page. */
export const smartroCredentials = Type.Object({
  merchantKey: Type.String({ pattern: '^[A-Za-z0-9+/=]{32,200}$', description: 'Merchant key (상점키)' }),
  cancelPassword: Type.String({ minLength: 1, maxLength: 20, description: 'Cancel password (취소 패스워드)' }),
});

const standIn = createStandIn({ secretOf: standInSecretOf });
export const smartroStandIn = standIn.operations;

/**
 * Smartro tells of deposits and of refunds that were paid out at one address. The fields are not public (of the manual's
 * chapter only the first lines are known), so the notices are the stand-in's; a real one is not understood.
 */
export const smartroNotices = createStandInNotices({ secretOf: standInSecretOf });

/** An account that waits, under the id that the cancel names it by. */
export type NamedRevocation = Revocation & { readonly gatewayTid: string };

/** How a module sends a cancel, and how its answer is read. */
export interface SmartroProtocol {
  sendCancel(call: GatewayCall, request: Cancel): Promise<GatewayHttpResult>;
  sendRevocation(call: GatewayCall, request: NamedRevocation): Promise<GatewayHttpResult>;
  readonly readFields: FieldReader;
}

/**
 * The operations that go by Smartro's own protocol, and can only be repeated. Accounts that have their deposit are refunded
 * over the stand-in.
 */
export function smartroOperations({ sendCancel, sendRevocation, readFields }: SmartroProtocol) {
  const cancel = cancelByPayMethod(standIn, ['vbank'], {
    send: async (call, request) => outcomeOfCancel(call, request, await sendCancel(call, request), readFields),
    inquire: inquireCancelByRepeating,
  });
  const revoke_vbank: OperationAt<'revoke_vbank'> = {
    async send(call, request) {
      const { gatewayTid } = request;
      if (gatewayTid === null) return { kind: 'never_sent', why: 'the transaction id of the account is not known' };
      const named = { ...request, gatewayTid };
      return outcomeOfRevocation(call, named, await sendRevocation(call, named), readFields);
    },
    inquire: inquireByRepeating,
  };
  return { cancel, revoke_vbank };
}

/** What is left after a partial cancel is cancelled as a part too: only the whole payment is a full cancel (inferred). */
export function cancelOf(request: Cancel): SmartroCancel {
  const { gatewayTid: tid, amountMinor, paymentAmountMinor, reason } = request;
  return { tid, amountMinor, isPartial: amountMinor !== paymentAmountMinor, reason };
}

export function cancelOfAccount({ gatewayTid: tid, paymentAmountMinor, reason }: NamedRevocation): SmartroCancel {
  return { tid, amountMinor: paymentAmountMinor, isPartial: false, reason };
}
