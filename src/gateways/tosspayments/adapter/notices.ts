import { timingSafeEqual } from 'node:crypto';
import Type from 'typebox';
import { readTime } from '../../../platform/clock/seoul-time.ts';
import { validatorOf } from '../../../platform/json/validator.ts';
import type { GatewayNotices, OpenedNotice, RawNotice } from '../../../port/notices.ts';

/**
 * The webhook `DEPOSIT_CALLBACK`: it carries the `secret` that came with the issue of the account, and that nobody else
 * knows. It names no amount; the account takes no other than the one due. Toss sends it seven times over days; an answer
 * of 200 ends that, whatever stands in it.
 */
const DepositCallback = Type.Object({
  createdAt: Type.String(),
  secret: Type.String(),
  status: Type.String(),
  transactionKey: Type.String(),
  orderId: Type.String({ minLength: 1, maxLength: 64 }),
});
const depositReader = validatorOf(DepositCallback);

/** Other events have an `eventType`; what they tell is what Toss answered to our own requests. */
const eventReader = validatorOf(
  Type.Object({ eventType: Type.String(), data: Type.Object({ orderId: Type.Optional(Type.String()) }) }),
);

export const tossNotices: GatewayNotices = {
  identify(raw) {
    const value = readJson(raw);
    if (depositReader.Check(value)) return { mid: null, orderId: value.orderId, gatewayTid: null };
    if (eventReader.Check(value) && value.data.orderId) {
      return { mid: null, orderId: value.data.orderId, gatewayTid: null };
    }
    return undefined;
  },
  open(raw, { noticeSecret }): OpenedNotice {
    const value = readJson(raw);
    if (!depositReader.Check(value)) {
      const what = eventReader.Check(value) ? value.eventType.slice(0, 60) : 'another event';
      return {
        kind: 'notice',
        trust: 'unverified',
        orderId: null,
        gatewayTid: null,
        event: { kind: 'nothing_to_do', what },
      };
    }
    if (noticeSecret === null || !isSame(value.secret, noticeSecret))
      return { kind: 'forged', why: 'the secret differs' };
    const about = { kind: 'notice', trust: 'authentic', orderId: value.orderId, gatewayTid: null } as const;
    switch (value.status) {
      case 'DONE':
        return {
          ...about,
          event: {
            kind: 'deposit',
            amountMinor: null,
            accountNumber: null,
            depositorName: null,
            depositedAt: readTime(value.createdAt) ?? null,
            depositTid: null,
          },
        };
      // A bank may take a deposit back, and Toss then waits for another one.
      case 'WAITING_FOR_DEPOSIT':
        return { ...about, event: { kind: 'deposit_reversed' } };
      default:
        return { ...about, event: { kind: 'nothing_to_do', what: value.status.slice(0, 60) } };
    }
  },
  answer: (taken) => ({
    status: taken === 'taken' ? 200 : taken === 'later' ? 503 : 400,
    contentType: 'text/plain',
    body: '',
  }),
};

function readJson(raw: RawNotice): unknown {
  try {
    return JSON.parse(raw.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
