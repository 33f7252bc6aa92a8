import { createHash } from 'node:crypto';
import { computeLine, payOrderLines, quoted } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { charset, gatewayPath, services } from '../wire/protocol.ts';
import { refundPace, refunds } from './settings.ts';

export const alipaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createAlipaySimulator,
  // Sixteen digits that begin so.
  mid: (seed) => `2088${BigInt(`0x${digest(`mid:${seed}`)}`)}`.slice(0, 16),
  credentials: (mid) => ({ md5Key: digest(`key:${mid}`).slice(0, 32) }),
  settings: [refunds, refundPace],
  sampleCall({ url, mid, credentials: { md5Key = '' } }) {
    const refund = {
      service: services.refund,
      partner: mid,
      _input_charset: charset,
      out_return_no: 'refund-$ORDER',
      out_trade_no: '$ORDER',
      return_amount: '150.00',
      currency: 'USD',
      gmt_return: '20240306120000',
      reason: 'Test',
    };
    const fields = Object.entries(refund).sort(([a], [b]) => (a < b ? -1 : 1));
    const hash = 'require("crypto").createHash("md5").update(a.join("")).digest("hex")';
    return [
      ...payOrderLines(url, mid, 'alipay', 'USD'),
      `SENT="${fields.map(([name, value]) => `${name}=${value}`).join('&')}"`,
      computeLine('SIGN', hash, '"$SENT"', quoted(md5Key)),
      `curl '${url}${gatewayPath}?_input_charset=${charset}' -d "$SENT&sign=$SIGN&sign_type=MD5"`,
    ].join('\n');
  },
};

function digest(text: string): string {
  return createHash('sha256').update(`alipay ${text}`).digest('hex');
}
