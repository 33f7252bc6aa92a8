import { html5Inicis, inicis } from '../../../src/gateways/inicis/module.ts';
import type { Cancel, Cancelled } from '../../../src/port/cancel.ts';
import type { OperationsAt } from '../../../src/port/operations.ts';
import type { Outcome } from '../../../src/port/outcome.ts';
import { type Desk, openDesk } from '../kit/desk.ts';
import { type MovingClock, movingClock } from '../kit/moving-clock.ts';

export const tid = 'StdpayCARDINIpayTest20240306120000123456';

/** A desk of the newer module, at noon; the older one's operations beside it. */
export interface InicisDesk extends Desk {
  readonly clock: MovingClock;
  readonly v1: Required<OperationsAt>;
  readonly v2: Required<OperationsAt>;
  /** A cancel of 3,000 of 10,000. */
  readonly wellKnown: Cancel;
  cancelAnswered(
    body: unknown,
    parts?: Partial<Cancel>,
    call?: { readonly isRepeat?: boolean; readonly status?: number },
  ): Promise<Outcome<Cancelled>>;
  /** The form that was sent last. */
  lastForm(): Record<string, string>;
  /** The JSON that was sent last, without its `data`; that; and the text of it as it stood in the body. */
  lastJson(): { envelope: Record<string, string>; data: Record<string, string>; text: string };
}

export async function openInicisDesk(): Promise<InicisDesk> {
  const clock = movingClock('2024-03-06T12:00:00+09:00');
  const desk = await openDesk(html5Inicis, { clock, payment: { orderId: 'imp_123456789012', gatewayTid: tid } });
  const wellKnown = desk.partOf();
  return {
    ...desk,
    clock,
    v1: inicis.gateway.operations as Required<OperationsAt>,
    v2: desk.gateway.operations,
    wellKnown,
    cancelAnswered: (body, parts = {}, call = {}) =>
      desk.answered(body, { ...call, request: { ...wellKnown, ...parts } }),
    lastForm: () => Object.fromEntries(new URLSearchParams(desk.server.last().text())),
    lastJson() {
      const body = desk.server.last().text();
      const { data, ...envelope } = JSON.parse(body) as { data: Record<string, string> } & Record<string, string>;
      return { envelope, data, text: body.slice(body.indexOf('"data":') + '"data":'.length, -1) };
    },
  };
}

export const refundAccount = { holder: '홍길동', bankCode: '088', accountNumber: '110123456789', tel: null };
export const whole = { amountMinor: 10_000n } as const;
/** What is left after somebody's 3,000 of 10,000, cancelled now. */
export const rest = { amountMinor: 7000n, balanceBeforeMinor: 7000n, ordinal: 2, earlierTids: ['first'] } as const;

/** A failure as INICIS answers it: the detailed code stands apart from the plain one. */
export const failure = (resultCode: string, detailResultCode: string, resultMsg = '문구') => ({
  resultCode,
  resultMsg,
  detailResultCode,
  cancelDate: '',
  cancelTime: '',
});
