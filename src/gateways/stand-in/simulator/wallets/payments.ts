import type { Static } from 'typebox';
import type { ApprovedCard } from '../../../../port/approval.ts';
import { newApprovalNumber } from '../../../../simulators/approval-numbers.ts';
import type { SimulatorContext } from '../../../../simulators/definition.ts';
import { insertPayment, paymentByOrderId } from '../../../../simulators/payments.ts';
import type { PayFromWalletMessage, ReadPointsMessage } from '../../wire/protocol.ts';
import type { SimulatorStandIn } from '../definition.ts';
import { newStandInId, refuseByRule } from '../payments.ts';
import { StandInRefusal } from '../refusal.ts';
import type { Carried } from '../view.ts';
import { balanceOf, takeFrom, type WalletAccount } from './accounts.ts';
import { requireMember } from './members.ts';

/** Every login is known, but this one; and every password is right, but this one. */
export const unknownPointsUser = 'nobody';
export const wrongPointsPassword = 'wrong';

/** What is behind every key for automatic payments. */
const cardBehindKey: ApprovedCard = {
  maskedNumber: '433012******1234',
  code: '366',
  name: '신한카드',
  issuerCode: '366',
  issuerName: '신한카드',
  installmentMonths: 0,
  type: 0,
};

type Means = Static<typeof PayFromWalletMessage>['means'];

export function payFromWallet(
  message: Static<typeof PayFromWalletMessage>,
  context: SimulatorContext,
  standIn: SimulatorStandIn,
): Carried {
  const { book, caller, now } = context;
  const { means, orderId } = message;
  const payMethod = standIn.wallets?.[means.kind];
  if (payMethod === undefined || message.taxFree + message.vat > message.amount) throw new StandInRefusal('S400');
  if (paymentByOrderId(book, caller.mid, orderId)) throw new StandInRefusal('S101');
  const account = accountBehind(means, orderId, context);
  if (account) takeFrom(book, caller.mid, account, BigInt(message.amount));
  const payment = insertPayment(book, {
    mid: caller.mid,
    orderId,
    tid: newStandInId('p'),
    orderName: message.orderName,
    payMethod,
    currency: message.currency,
    amountMinor: BigInt(message.amount),
    taxFreeMinor: BigInt(message.taxFree),
    vatMinor: BigInt(message.vat),
    status: 'paid',
    requestedAt: now,
    approvalNumber: newApprovalNumber(),
    ...(means.kind === 'autopay_key' ? { card: cardBehindKey } : {}),
    detail: account ? { walletAccount: account } : {},
  });
  if (!payment) throw new StandInRefusal('S101');
  // The gateway's rules want to see a payment; what they refuse is taken back.
  refuseByRule('pay_from_wallet', payment, context, standIn);
  return { payment, entryId: null };
}

/** Whose agreement it is, and where the money is taken from; a card behind a key has no account here. */
function accountBehind(means: Means, orderId: string, { book, caller }: SimulatorContext): WalletAccount | undefined {
  const { mid } = caller;
  switch (means.kind) {
    case 'points':
      refuseLogin(means);
      return { kind: 'points', owner: means.user };
    case 'money': {
      requireMember(book, mid, means.memberId);
      const used = book.run(
        'update wallet_pin_checks set used_by = ? where mid = ? and id = ? and member_id = ? and used_by is null',
        orderId,
        mid,
        means.pinCheckId,
        means.memberId,
      );
      if (used === 0) throw new StandInRefusal('S604');
      return { kind: 'money', owner: means.memberId };
    }
    case 'autopay_key': {
      const known = book.get(
        'select 1 from wallet_autopay_keys where mid = ? and customer_uid = ?',
        mid,
        means.customerUid,
      );
      if (!known) throw new StandInRefusal('S605');
      return undefined;
    }
  }
}

export function readPoints(message: Static<typeof ReadPointsMessage>, { book, caller }: SimulatorContext) {
  refuseLogin(message);
  return { points: Number(balanceOf(book, caller.mid, { kind: 'points', owner: message.user })) };
}

function refuseLogin({ user, password }: { readonly user: string; readonly password: string }): void {
  if (user === unknownPointsUser || password === wrongPointsPassword) throw new StandInRefusal('S601');
}
