import type { OperationAt } from '../../../port/operations.ts';
import { hectoErrors } from '../wire/errors.ts';
import { outcomeOf, revokedOf, virtualAccountOf } from './answers.ts';
import { isCurrency, wrongCurrency } from './currency.ts';
import { fetchPayment } from './lookup.ts';
import { accountPacket, revocationPacket, send } from './requests.ts';

export const issueAccount: OperationAt<'issue_vbank'> = {
  async send(call, request) {
    if (!isCurrency(request.currency, 'vbank')) return wrongCurrency;
    const packet = accountPacket(call, request);
    return outcomeOf(call, packet, await send(call, packet), (answer) => virtualAccountOf(call, request, answer));
  },

  /**
   * The inquiry does not tell the number of an account. Where Hecto knows nothing of the order, the same request may be sent
   * again: it takes an order number once.
   */
  async inquire(call, payment) {
    const found = await fetchPayment(call, payment);
    if (found.kind === 'not_found') return { kind: 'ask_by_repeating' };
    return found.kind === 'unknown'
      ? found
      : { kind: 'unknown', why: 'the account was issued, and its number is not told' };
  },
};

export const revokeAccount: OperationAt<'revoke_vbank'> = {
  async send(call, request) {
    const { gatewayTid, accountNumber } = request;
    if (gatewayTid === null || accountNumber === null) {
      return { kind: 'never_sent', why: 'the account was never issued, as far as is known here' };
    }
    const packet = revocationPacket(call, { ...request, gatewayTid, accountNumber });
    const outcome = outcomeOf(call, packet, await send(call, packet), (answer) =>
      revokedOf(call, accountNumber, answer),
    );
    // An account that is revoked already is what a repeat asks for, whichever of the requests did it.
    const isDone = call.isRepeat && outcome.kind === 'unclear' && outcome.code === 'ST25';
    if (!isDone) return outcome;
    return { kind: 'confirmed', result: { gatewayTid: null, revokedAt: wholeSecond(call.startedAt) } };
  },

  /** Revoking moves no money, so a repeat may always tell; only a deposit speaks against it. */
  async inquire(call, request) {
    const found = await fetchPayment(call, request);
    if (found.kind === 'unknown') return found;
    if (request.gatewayTid === null || request.accountNumber === null) {
      return { kind: 'unknown', why: 'the number of the account is not known' };
    }
    if (found.kind === 'not_found' || found.state === 'failed') return { kind: 'ask_by_repeating' };
    if (found.state === 'waiting') return { kind: 'not_done', repeatIsSafe: true };
    return { kind: 'refused', code: 'ST03', message: hectoErrors.ST03?.message ?? '', category: 'other' };
  },
};

/** As Hecto writes times. */
function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
