import { createHash } from 'node:crypto';
import type { PayMethod } from '../../../port/payment.ts';
import { computeLine, jsonWord, keepLine, newNumberLine, textIn } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox, SandboxWallet } from '../../../simulators/sandbox.ts';
import { signatureHeader, standInPaths } from '../../stand-in/wire/protocol.ts';

const chargedMinor = 1_000_000;

export const kcpQuickSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createKcpQuickSimulator,
  mid: (seed) => `Q${digest(`mid:${seed}`).slice(0, 9).toUpperCase()}`,
  credentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  walletOf,
  // A member agrees to automatic payments, of which one is made and cancelled.
  sampleCall({ url, mid, credentials: { secretKey = '' } }) {
    const act = (name: string, fields: object) =>
      `curl -s ${url}/_simulator/acts -d ${jsonWord({ mid, name, message: fields })}`;
    const order = { mid, requestId: '$N', orderId: '$N' };
    const paid = {
      ...order,
      orderName: 'Water',
      currency: 'KRW',
      amount: 15000,
      taxFree: 0,
      vat: 0,
      means: { kind: 'autopay_key', customerUid: '$N' },
    };
    const cancelled = {
      ...order,
      transactionId: '$TID',
      amount: 15000,
      taxFree: 0,
      vat: 0,
      balanceBefore: 15000,
      reason: 'test',
      refundAccount: null,
      requester: null,
    };
    const signed = (path: string, body: object) => [
      `BODY=${jsonWord(body)}`,
      computeLine(
        'SIGNED',
        'require("crypto").createHmac("sha256", a[0]).update(a[1] + "\\n" + a[2]).digest("hex")',
        secretKey,
        path,
        '"$BODY"',
      ),
    ];
    const send = (path: string) =>
      `curl -s -H 'content-type: application/json' -H "${signatureHeader}: $SIGNED" ${url}${path} -d "$BODY"`;
    return [
      newNumberLine,
      act('register_member', { memberId: '$N' }),
      act('agree_to_autopay', { memberId: '$N', customerUid: '$N' }),
      ...signed(standInPaths.pay_from_wallet, paid),
      keepLine('TID', `${send(standInPaths.pay_from_wallet)} | ${textIn('transactionId')}`),
      ...signed(standInPaths.cancel, cancelled),
      send(standInPaths.cancel),
    ].join('\n');
  },
};

function walletOf(payMethod: PayMethod, n: string): SandboxWallet | undefined {
  const memberId = `m${digest(n).slice(0, 12)}`;
  const register = { act: 'register_member', fields: { memberId } };
  if (payMethod === 'card') {
    const fields = { memberId, customerUid: `card-${n}` };
    return {
      acts: [register, { act: 'agree_to_autopay', fields }],
      means: { kind: 'autopay_key', customerUid: fields.customerUid },
    };
  }
  if (payMethod !== 'point') return undefined;
  const pinCheckId = `pin-${n}`;
  return {
    acts: [
      register,
      { act: 'give_money', fields: { memberId, amount: chargedMinor } },
      { act: 'check_pin', fields: { memberId, id: pinCheckId } },
    ],
    means: { kind: 'money', memberId, pinCheckId },
  };
}

function secretKeyOf(mid: string): string {
  return `standin_${digest(`secret key:${mid}`).slice(0, 32)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`kcp_quick ${text}`).digest('hex');
}
