import assert from 'node:assert/strict';
import fc from 'fast-check';
import { goodCard } from '../kit/orders.ts';
import {
  type AmountChoice,
  accounts,
  amountOf,
  asked,
  fault,
  oneOf,
  partChoice,
  percent,
  pick,
  picked,
  price,
  share,
} from './choices.ts';
import { keySteps } from './key-commands.ts';
import {
  applyCancel,
  applyCancelToReceipt,
  type CancelAsked,
  decideCancel,
  decideReceipt,
  decideReceiptRevocation,
  isCarriedOut,
  isOrderPaid,
  type Method,
  paymentOfOrder,
  type Reference,
  type ReferencePayment,
  remaining,
  standingReceipt,
  vatOf,
} from './reference.ts';
import { step } from './step.ts';
import { arm, assertTruthful, type FaultyOperation, type System, settled } from './system.ts';

const always = () => true;
const hasPayments = ({ payments }: Reference) => payments.length > 0;

/** What the answer or, where there is none, the order's newest payment says. */
async function madeImpUid(system: System, order: string, answered: { imp_uid: string } | null): Promise<string> {
  if (answered) return answered.imp_uid;
  const found = await system.client.get(`/payments/find/${order}`);
  assert.equal(found.code, 0, found.text);
  return found.response.imp_uid;
}

function remember(
  reference: Reference,
  made: Pick<ReferencePayment, 'impUid' | 'order' | 'method' | 'amount' | 'status' | 'isAtGateway'> &
    Partial<ReferencePayment>,
): void {
  const { amount, taxFree = 0, vat = vatOf(amount - taxFree) } = made;
  reference.payments.push({
    history: [],
    receipts: [],
    cancelledTaxFree: 0,
    cancelledVat: 0,
    ...made,
    taxFree,
    vat,
  });
}

const payByCard = step(
  'payByCard',
  fc.record({ amount: price, taxFreeShare: share, fault, sameOrder: fc.option(pick, { freq: 4, nil: undefined }) }),
  always,
  async (reference, system, values) => {
    const isAgain = values.sameOrder !== undefined && reference.payments.length > 0;
    const order = isAgain ? picked(reference, values.sameOrder ?? 0).order : system.nextOrder();
    const taxFree = Math.floor((values.amount * values.taxFreeShare) / 100);
    const isPaid = isOrderPaid(reference, order);
    if (!isPaid) await arm(system, values.fault, 'approve');
    const { amount } = values;
    const body = { merchant_uid: order, amount, ...(taxFree > 0 ? { tax_free: taxFree } : {}), ...goodCard };
    const answer = await system.client.post('/subscribe/payments/onetime', body);
    if (isPaid) return void assert.equal(answer.error, 'order_already_paid', answer.text);
    const isDone = isCarriedOut(values.fault, false);
    assertTruthful(answer, isDone, 'payment_refused');
    await settled(system);
    const impUid = await madeImpUid(system, order, answer.response);
    const status = isDone ? 'paid' : 'failed';
    remember(reference, { impUid, order, method: 'card', amount, taxFree, status, isAtGateway: isDone });
  },
);

const payInWindow = step(
  'payInWindow',
  fc.record({
    method: oneOf<Method>('card', 'trans', 'trans', 'phone', 'vbank', 'cultureland'),
    amount: price,
    taxFreeShare: share,
    vatShare: fc.option(fc.nat(100)),
  }),
  always,
  async (reference, system, { method, amount, taxFreeShare, vatShare }) => {
    const order = system.nextOrder();
    const taxFree = Math.floor((amount * taxFreeShare) / 100);
    const vat = vatShare === null ? vatOf(amount - taxFree) : Math.floor(((amount - taxFree) * vatShare) / 100);
    const answer = await system.client.post('/sandbox/payments', {
      pay_method: method,
      merchant_uid: order,
      amount,
      tax_free: taxFree,
      vat_amount: vatShare === null ? null : vat,
    });
    assert.equal(answer.code, 0, answer.text);
    const status = method === 'vbank' ? 'ready' : 'paid';
    const { imp_uid: impUid } = answer.response;
    remember(reference, { impUid, order, method, amount, taxFree, vat, status, isAtGateway: true });
  },
);

function issue(method: 'vbank' | 'cvs', operation: FaultyOperation, provider: string, refusedAs: string) {
  return step(`issue ${method}`, fc.record({ amount: price, fault }), always, async (reference, system, values) => {
    await arm(system, values.fault, operation, provider);
    const order = system.nextOrder();
    const { amount } = values;
    const dueAt = Math.floor(Date.UTC(2030, 6, 1) / 1000);
    const answer = await system.client.post(method === 'vbank' ? '/vbanks' : '/cvs', {
      merchant_uid: order,
      amount,
      ...(method === 'vbank' ? { vbank_code: '004', vbank_due: dueAt, vbank_holder: '홍길동' } : {}),
    });
    const isDone = isCarriedOut(values.fault, true);
    assertTruthful(answer, isDone, refusedAs);
    await settled(system);
    const impUid = await madeImpUid(system, order, answer.response);
    remember(reference, { impUid, order, method, amount, status: isDone ? 'ready' : 'failed', isAtGateway: isDone });
  });
}

/** A deposit or a payment at the counter; now and then the gateway can't be asked about it. */
function payWaiting(method: 'vbank' | 'cvs', provider: string) {
  const parameters = fc.record({ pick, isWrongAmount: fc.nat(5).map((chance) => chance === 0), isDeaf: fc.nat(3) });
  return step(`pay ${method}`, parameters, hasPayments, async (reference, system, values) => {
    const payment = picked(reference, values.pick);
    const path =
      method === 'vbank' ? `/sandbox/vbanks/${payment.impUid}/deposit` : `/sandbox/cvs/${payment.impUid}/pay`;
    const body = method === 'vbank' && values.isWrongAmount ? { amount: payment.amount + 1 } : {};
    const isTaken = payment.method === method && payment.status === 'ready' && !('amount' in body);
    if (isTaken && values.isDeaf === 0) {
      // The notice of both gateways is signed, and believed all the same.
      await system.client.post('/sandbox/faults', { pg_provider: provider, operation: 'inquire', kind: 'garbage' });
    }
    const answer = await system.client.post(path, body);
    if (!isTaken) return void assert.equal(answer.error, 'sandbox_payment_refused', answer.text);
    assert.equal(answer.response?.status, 'paid', answer.text);
    payment.status = 'paid';
  });
}

function revoke(method: 'vbank' | 'cvs', operation: FaultyOperation, provider: string, refusals: [string, string]) {
  const path = method === 'vbank' ? '/vbanks' : '/cvs';
  return step(`revoke ${method}`, fc.record({ pick, fault }), hasPayments, async (reference, system, values) => {
    const payment = picked(reference, values.pick);
    const isPossible = payment.method === method && payment.status === 'ready';
    if (isPossible) await arm(system, values.fault, operation, provider);
    const answer = await system.client.delete(`${path}/${payment.impUid}`);
    if (!isPossible) return void assert.equal(answer.error, refusals[0], answer.text);
    const isDone = isCarriedOut(values.fault, true);
    assertTruthful(answer, isDone, refusals[1]);
    if (isDone) payment.status = 'failed';
  });
}

const issueReceipt = step(
  'issueReceipt',
  fc.record({ pick, fault }),
  hasPayments,
  async (reference, system, values) => {
    const payment = picked(reference, values.pick);
    const decision = decideReceipt(payment);
    if ('takes' in decision) await arm(system, values.fault, 'issue_receipt');
    const answer = await system.client.post(`/receipts/${payment.impUid}`, { identifier: '010-1234-5678' });
    if ('refusedAs' in decision) return void assert.equal(answer.error, decision.refusedAs, answer.text);
    const isDone = isCarriedOut(values.fault, true);
    assertTruthful(answer, isDone, 'receipt_issue_refused');
    if (isDone) payment.receipts.push({ ...decision.takes, left: decision.takes.amount });
    await settled(system);
    const shown = await system.client.get(`/receipts/${payment.impUid}`);
    if (payment.receipts.length === 0) return void assert.equal(shown.error, 'receipt_not_found', shown.text);
    if (isDone)
      assert.deepEqual([shown.response.amount, shown.response.vat], [decision.takes.amount, decision.takes.vat]);
  },
);

const revokeReceipt = step(
  'revokeReceipt',
  fc.record({ pick, fault }),
  hasPayments,
  async (reference, system, values) => {
    const payment = picked(reference, values.pick);
    const decision = decideReceiptRevocation(payment);
    if ('takes' in decision) await arm(system, values.fault, 'revoke_receipt');
    const answer = await system.client.delete(`/receipts/${payment.impUid}`);
    if ('refusedAs' in decision) return void assert.equal(answer.error, decision.refusedAs, answer.text);
    const isDone = isCarriedOut(values.fault, true);
    assertTruthful(answer, isDone, 'receipt_revocation_refused');
    if (isDone) decision.takes.left = 0;
  },
);

const cancel = step(
  'cancel',
  fc.record({
    pick,
    amount: amountOf as fc.Arbitrary<AmountChoice>,
    checksum: oneOf<'none' | 'right' | 'text' | 'wrong'>('none', 'none', 'right', 'text', 'wrong'),
    taxFree: partChoice,
    vat: partChoice,
    account: oneOf<CancelAsked['account']>('good', 'good', 'good', 'none', 'unknown bank', 'letters'),
    byOrder: fc.boolean(),
    fault,
    receiptFault: fault,
  }),
  hasPayments,
  async (reference, system, values) => {
    const named = picked(reference, values.pick);
    const payment = values.byOrder ? paymentOfOrder(reference, named.order) : named;
    assert.ok(payment);
    const left = remaining(payment);
    const amount = asked(values.amount, left || payment.amount);
    const none = { meant: null, sent: undefined };
    const taxFree = values.taxFree ? asked(values.taxFree, payment.taxFree - payment.cancelledTaxFree) : none;
    const vat = values.vat ? asked(values.vat, payment.vat - payment.cancelledVat) : none;
    const checksum = { none: null, right: left, text: left, wrong: left + 1 }[values.checksum];
    const decision = decideCancel(payment, {
      amount: amount.meant,
      taxFree: taxFree.meant,
      vat: vat.meant,
      checksum,
      account: values.account,
    });
    if ('takes' in decision) {
      await arm(system, values.fault, 'cancel');
      if (standingReceipt(payment) && isCarriedOut(values.fault, true)) {
        await arm(system, values.receiptFault, 'revoke_receipt');
      }
    }
    const answer = await system.client.post('/payments/cancel', {
      ...(values.byOrder ? { merchant_uid: named.order } : { imp_uid: named.impUid }),
      amount: amount.sent,
      tax_free: taxFree.sent,
      vat_amount: vat.sent,
      checksum: values.checksum === 'text' ? String(checksum) : checksum,
      ...accounts[values.account],
    });
    if ('refusedAs' in decision) return void assert.equal(answer.error, decision.refusedAs, answer.text);
    const isDone = isCarriedOut(values.fault, true);
    assertTruthful(answer, isDone, 'cancellation_refused');
    if (!isDone) return;
    applyCancel(payment, decision.takes);
    if (isCarriedOut(values.receiptFault, true)) applyCancelToReceipt(payment, decision.takes);
  },
);

/** The same request several times at once: as many as there is money for, and no more. */
const cancelAtOnce = step(
  'cancelAtOnce',
  fc.record({ pick, times: fc.integer({ min: 2, max: 5 }), part: fc.option(percent) }),
  (reference, values) => {
    const payment = reference.payments.length > 0 ? picked(reference, values.pick) : undefined;
    return payment !== undefined && ['card', 'trans', 'phone'].includes(payment.method);
  },
  async (reference, system, { pick: index, times, part }) => {
    const payment = picked(reference, index);
    const amount = part === null ? null : Math.max(1, Math.floor((payment.amount * part) / 100));
    const request = { imp_uid: payment.impUid, amount };
    const answers = await Promise.all(
      Array.from({ length: times }, () => system.client.post('/payments/cancel', request)),
    );
    const refused: string[] = [];
    for (let count = 0; count < times; count++) {
      const decision = decideCancel(payment, { amount, checksum: null, taxFree: null, vat: null, account: 'none' });
      if ('refusedAs' in decision) refused.push(decision.refusedAs);
      else {
        applyCancel(payment, decision.takes);
        applyCancelToReceipt(payment, decision.takes);
      }
    }
    const errors = answers.flatMap(({ error }) => (error === undefined ? [] : [error]));
    assert.deepEqual(errors.sort(), refused.sort());
  },
);

/** Steps that are listed more than once are taken more often. */
export const steps = [
  payByCard,
  payInWindow,
  payInWindow,
  issue('vbank', 'issue_vbank', 'tosspayments', 'vbank_issue_refused'),
  payWaiting('vbank', 'tosspayments'),
  revoke('vbank', 'revoke_vbank', 'tosspayments', ['vbank_not_revocable', 'vbank_revocation_refused']),
  issue('cvs', 'issue_barcode', 'galaxia', 'barcode_issue_refused'),
  payWaiting('cvs', 'galaxia'),
  revoke('cvs', 'revoke_barcode', 'galaxia', ['cvs_not_revocable', 'barcode_revocation_refused']),
  issueReceipt,
  issueReceipt,
  revokeReceipt,
  cancel,
  cancel,
  cancel,
  cancelAtOnce,
  ...keySteps,
];
