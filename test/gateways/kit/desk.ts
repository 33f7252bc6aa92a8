import { after } from 'node:test';
import type { GatewayModule } from '../../../src/gateways/module.ts';
import type { Clock } from '../../../src/platform/clock/clock.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Cancel, Cancelled } from '../../../src/port/cancel.ts';
import type { Gateway } from '../../../src/port/gateway.ts';
import type { GatewayPayment } from '../../../src/port/lookup.ts';
import type { OperationsAt } from '../../../src/port/operations.ts';
import type { Outcome } from '../../../src/port/outcome.ts';
import type { PayMethod, PaymentReference } from '../../../src/port/payment.ts';
import type { ControlResult } from '../../../src/simulators/control.ts';
import { type AnsweringServer, openAnsweringServer } from './answering-server.ts';
import { cancelRequestOf, referenceOf } from './payment-requests.ts';
import { openRig, type Rig } from './rig.ts';
import {
  type BookedPayment,
  bankOf,
  capabilitiesOf,
  paidPayment,
  type Setting,
  type WindowParts,
  waitingPayment,
  windowRequest,
} from './scenarios.ts';

export interface DeskOptions {
  readonly clock?: Clock;
  /** How the payment is named that the answers of the test are about, where a gateway has a form for that. */
  readonly payment?: Partial<PaymentReference & { readonly gatewayTid: string }>;
  /** What each call to the server has, such as the key that the test's answers repeat. */
  readonly call?: CallParts;
  /** The gateway's answer that confirms this cancel. */
  readonly success?: (request: Cancel) => unknown;
}

type NamedPayment = PaymentReference & { readonly gatewayTid: string };
type CallParts = NonNullable<Parameters<Rig['call']>[0]>;
/** What is said of a call to the server, and of the HTTP status of its answer. */
export type AnsweringParts = CallParts & { readonly status?: number };

/**
 * What a test of one gateway works with: the simulator with a merchant (`rig`), and a server in the gateway's place that
 * answers what the test says (`server`). It closes both when the file's tests are done.
 *
 *     const desk = await openDesk(kcp, { clock, success });
 *     const { gateway, rig, cancelOf, answered } = desk;
 *
 *     assert.equal((await answered({ ...success(cancelOf()), res_cd: '8133' })).kind, 'refused');
 *     assert.equal((await gateway.operations.cancel.send(rig.call(), cancelOf(await desk.paid('card')))).kind, 'confirmed');
 */
export interface Desk {
  /** Typed as if it had every operation; one that it does not have is not there. */
  readonly gateway: Required<Gateway> & { readonly operations: Required<OperationsAt> };
  readonly rig: Rig;
  readonly server: AnsweringServer;
  /** A payment of 10,000 won by card, which only the test's answers know. */
  readonly payment: NamedPayment;
  at(payMethod: PayMethod): Setting;

  /** All of a payment, the desk's own if none is given, with a refund account where one is required. */
  cancelOf(payment?: NamedPayment, parts?: Partial<Cancel>): Cancel;
  /** 3,000 of it. */
  partOf(payment?: NamedPayment, parts?: Partial<Cancel>): Cancel;

  /** What the server answers next: text and bytes as they are, all else as JSON. */
  willAnswer(body: unknown, status?: number): void;
  /** A call to the server, with what it will answer. */
  answering(body: unknown, parts?: AnsweringParts): GatewayCall;
  /** What the adapter concludes of an answer to a cancel; of its success, if nothing else is said. */
  answered(body?: unknown, parts?: AnsweringParts & { readonly request?: Cancel }): Promise<Outcome<Cancelled>>;

  /** A payment that the simulator has, paid by a buyer; the parts are those of a payment in the gateway's window. */
  paid(payMethod: PayMethod, parts?: WindowParts): Promise<BookedPayment>;
  /** What the window says of a payment; a buyer's faulty one is refused. */
  inWindow(payMethod: PayMethod, parts?: WindowParts): Promise<ControlResult<GatewayPayment>>;
  /** One that waits for its money. */
  waiting(payMethod: 'vbank' | 'cvs', parts?: WindowParts): Promise<BookedPayment>;
}

export async function openDesk(module: GatewayModule, options: DeskOptions = {}): Promise<Desk> {
  const gateway = module.gateway as Desk['gateway'];
  const rig = await openRig(module, options.clock);
  const server = await openAnsweringServer();
  after(async () => {
    await server.close();
    await rig.close();
  });

  const at: Desk['at'] = (payMethod) => ({
    gateway,
    rig,
    payMethod,
    capabilities: capabilitiesOf(gateway, payMethod),
  });
  const payment: NamedPayment = {
    ...referenceOf('card', 10_000n),
    madeAt: rig.call().now,
    ...options.payment,
  };

  const cancelOf: Desk['cancelOf'] = (of = payment, parts = {}) => {
    const method = parts.payMethod ?? of.payMethod;
    const needsAccount = gateway.capabilities.payMethods[method]?.refundAccount.startsWith('required');
    return {
      ...cancelRequestOf(method, of.paymentAmountMinor),
      ...of,
      refundAccount: needsAccount
        ? { holder: '홍길동', bankCode: bankOf(gateway), accountNumber: '110123456789', tel: '01012345678' }
        : null,
      ...parts,
    };
  };
  const willAnswer: Desk['willAnswer'] = (body, status = 200) =>
    server.willAnswer(status, typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  const answering: Desk['answering'] = (body, { status, ...parts } = {}) => {
    willAnswer(body, status);
    return rig.call({ baseUrl: server.url, ...options.call, ...parts });
  };

  return {
    gateway,
    rig,
    server,
    payment,
    at,
    cancelOf,
    partOf: (of, parts) => cancelOf(of, { amountMinor: 3_000n, ...parts }),
    willAnswer,
    answering,
    answered(body, { request = cancelOf(), ...parts } = {}) {
      return gateway.operations.cancel.send(answering(body ?? options.success?.(request), parts), request);
    },
    paid: (method, parts) => paidPayment(at(method), parts),
    inWindow: (method, parts) => rig.control.createWindowPayment(windowRequest(at(method), parts)),
    waiting: (method, parts) => waitingPayment(at(method), parts),
  };
}
