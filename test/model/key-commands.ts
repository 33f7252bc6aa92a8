import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ApiAnswer } from '../kit/api-client.ts';
import { goodCard } from '../kit/orders.ts';
import { fault, oneOf, pick, picked, price } from './choices.ts';
import { chargedPayment, dueBy, isChargeable, isOrderUsed, isRegistered, standingOf } from './key-reference.ts';
import { registeredAs } from './key-system.ts';
import {
  type Fault,
  isCarriedOut,
  type Reference,
  type ReferenceKey,
  type ReferencePayment,
  type ReferenceSchedule,
} from './reference.ts';
import { step } from './step.ts';
import { arm, assertTruthful, merchantNow, type System, settled } from './system.ts';

const name = oneOf('card-a', 'card-b', 'card-c');
/** Newer schedules more often. */
const minutes = fc.integer({ min: 10, max: 120 });
const always = () => true;
const hasSchedules = ({ keys }: Reference) => keys.schedules.length > 0;
const hasPayments = ({ payments }: Reference) => payments.length > 0;
/** It gets a key, and is over its limit whenever it is charged. */
const overItsLimit = Object.freeze({ ...goodCard, card_number: '4000-0000-0000-0010' });

function scheduleAt({ keys }: Reference, index: number): ReferenceSchedule {
  const schedule = keys.schedules.at(-1 - (index % keys.schedules.length));
  assert.ok(schedule);
  return schedule;
}

function keep({ keys }: Reference, key: Omit<ReferenceKey, 'atGateway'>): void {
  const kept: ReferenceKey = { ...key, atGateway: 'alive' };
  // The key that it replaces lives on at the gateway.
  keys.keys.set(key.customerUid, kept);
  keys.issued.push(kept);
}

/** The sandbox rejects a registration as one of a card that there is not. */
function assertIssueRefused({ error, text }: ApiAnswer, armed: Fault | null): void {
  assert.equal(error, armed?.kind === 'reject' ? 'card_number_invalid' : 'billing_key_issue_refused', text);
}

/** Our own book has the last word on a registration whose answer was lost; what it says must agree with what was told. */
async function noteIssue(
  reference: Reference,
  system: System,
  issue: {
    customerUid: string;
    isDeclined: boolean;
    fault: Fault | null;
    wasTold: boolean | undefined;
    reference?: string;
  },
): Promise<void> {
  await settled(system);
  const before = reference.keys.keys.get(issue.customerUid)?.customerId;
  const now = await registeredAs(system, issue.customerUid);
  const isNew = now !== undefined && now !== before;
  if (issue.wasTold !== undefined) assert.equal(isNew, issue.wasTold, `${issue.customerUid}: what the caller was told`);
  const expected = isRegistered(issue.fault);
  if (expected !== undefined) assert.equal(isNew, expected, `${issue.customerUid}: whether it was registered`);
  if (isNew) {
    const { customerUid, isDeclined } = issue;
    keep(reference, { customerUid, customerId: now, reference: issue.reference ?? now, isDeclined });
  } else if (expected === undefined) reference.keys.lostIssues += 1;
}

const registerCard = step(
  'registerCard',
  fc.record({ customerUid: name, isDeclined: fc.nat(4).map((chance) => chance === 0), fault }),
  always,
  async (reference, system, { customerUid, isDeclined, fault: armed }) => {
    await arm(system, armed, 'issue_key');
    const card = isDeclined ? overItsLimit : goodCard;
    const answer = await system.client.post(`/subscribe/customers/${customerUid}`, card);
    const wasTold = answer.error === 'outcome_in_doubt' ? undefined : answer.code === 0;
    if (wasTold === false) assertIssueRefused(answer, armed);
    await noteIssue(reference, system, { customerUid, isDeclined, fault: armed, wasTold });
  },
);

const registerInWindow = step('registerInWindow', name, always, async (reference, system, customerUid) => {
  const order = system.nextOrder();
  const answer = await system.client.post('/sandbox/payments', {
    pay_method: 'card',
    merchant_uid: order,
    amount: 0,
    customer_uid: customerUid,
  });
  assert.equal(answer.code, 0, answer.text);
  // A payment of nothing, which the gateway knows nothing of, keeps the order.
  const made = chargedPayment(answer.response.imp_uid, order, 0, true);
  reference.payments.push({ ...made, isAtGateway: false });
  await noteIssue(reference, system, {
    customerUid,
    isDeclined: false,
    fault: null,
    wasTold: true,
    reference: made.impUid,
  });
});

/** Pays by the card's number, and registers the card if it has paid. */
const payAndRegister = step(
  'payAndRegister',
  fc.record({ customerUid: name, amount: price, fault, issueFault: fault }),
  always,
  async (reference, system, { customerUid, amount, fault: armed, issueFault }) => {
    await arm(system, armed, 'approve');
    if (isCarriedOut(armed, false)) await arm(system, issueFault, 'issue_key');
    const order = system.nextOrder();
    const answer = await system.client.post('/subscribe/payments/onetime', {
      merchant_uid: order,
      amount,
      customer_uid: customerUid,
      ...goodCard,
    });
    const isDone = isCarriedOut(armed, false);
    assertTruthful(answer, isDone, 'payment_refused');
    if (answer.code === 0) {
      const wasTold = answer.response.customer_uid !== null;
      await noteIssue(reference, system, { customerUid, isDeclined: false, fault: issueFault, wasTold });
    }
    await settled(system);
    reference.payments.push(chargedPayment(await newestOf(system, order), order, amount, isDone));
  },
);

const deleteKey = step(
  'deleteKey',
  fc.record({ customerUid: name, fault }),
  always,
  async (reference, system, { customerUid, fault: armed }) => {
    const { keys } = reference.keys;
    const key = keys.get(customerUid);
    if (key) await arm(system, armed, 'revoke_key');
    const answer = await system.client.delete(`/subscribe/customers/${customerUid}`);
    if (!key) return void assert.equal(answer.error, 'billing_key_not_found', answer.text);
    await settled(system);
    const isGone = (await registeredAs(system, customerUid)) === undefined;
    if (answer.error !== 'outcome_in_doubt') assert.equal(answer.code === 0, isGone, answer.text);
    if (armed === null) assert.equal(isGone, true, answer.text);
    if (armed?.kind === 'reject') assert.equal(isGone, false, answer.text);
    if (isGone) {
      keys.delete(customerUid);
      key.atGateway = 'removed';
    } else if (armed?.kind !== 'reject') key.atGateway = 'unsure';
  },
);

/** The newest payment of an order: the only one that a charge has just made. */
async function newestOf({ client }: System, order: string): Promise<string> {
  const found = await client.get(`/payments/findAll/${order}/all`);
  assert.equal(found.code, 0, found.text);
  return found.response.list[0].imp_uid;
}

/** Which of the two a charge by a key has become; `expected` where that is known before. */
async function noteCharge(
  reference: Reference,
  system: System,
  charge: { order: string; amount: number; expected: boolean | undefined },
): Promise<ReferencePayment> {
  const impUid = await newestOf(system, charge.order);
  const { response } = await system.client.get(`/payments/${impUid}`);
  const isPaid = response.status === 'paid';
  if (charge.expected !== undefined) assert.equal(isPaid, charge.expected, `${charge.order}: whether it was charged`);
  const made = chargedPayment(impUid, charge.order, charge.amount, isPaid);
  reference.payments.push(made);
  return made;
}

const chargeKey = step(
  'chargeKey',
  fc.record({ customerUid: name, amount: price, fault, sameOrder: fc.option(pick, { freq: 4, nil: undefined }) }),
  always,
  async (reference, system, { customerUid, amount, fault: armed, sameOrder }) => {
    const order = orderFor(reference, system, sameOrder);
    const key = reference.keys.keys.get(customerUid);
    const isUsed = isOrderUsed(reference, order);
    if (key && !isUsed) await arm(system, armed, 'charge_key');
    const answer = await system.client.post('/subscribe/payments/again', {
      customer_uid: customerUid,
      merchant_uid: order,
      amount,
    });
    // The order is looked at first.
    if (isUsed) return void assert.equal(answer.error, 'order_already_paid', answer.text);
    if (!key) return void assert.equal(answer.error, 'buyer_not_registered', answer.text);
    await settled(system);
    const made = await noteCharge(reference, system, { order, amount, expected: isChargeable(key, armed) });
    if (answer.error === 'outcome_in_doubt') return;
    assert.equal(answer.code, 0, answer.text);
    assert.deepEqual([answer.response.imp_uid, answer.response.status], [made.impUid, made.status]);
  },
);

/** Now and then one that there is, of a payment that no longer waits for its buyer. */
function orderFor(reference: Reference, system: System, index: number | undefined): string {
  if (index === undefined || !hasPayments(reference)) return system.nextOrder();
  const { order } = picked(reference, index);
  const isWaiting = reference.payments.some((payment) => payment.order === order && payment.status === 'ready');
  return isWaiting ? system.nextOrder() : order;
}

/** The same order several times at once is charged once. */
const chargeAtOnce = step(
  'chargeAtOnce',
  fc.record({ customerUid: name, amount: price, times: fc.integer({ min: 2, max: 4 }) }),
  ({ keys }, { customerUid }) => keys.keys.get(customerUid)?.atGateway === 'alive',
  async (reference, system, { customerUid, amount, times }) => {
    const key = reference.keys.keys.get(customerUid);
    assert.ok(key);
    const order = system.nextOrder();
    const request = { customer_uid: customerUid, merchant_uid: order, amount };
    const answers = await Promise.all(
      Array.from({ length: times }, () => system.client.post('/subscribe/payments/again', request)),
    );
    const made = answers.filter(({ code }) => code === 0);
    const statuses = made.map(({ response }) => response.status);
    if (key.isDeclined) assert.ok(made.length > 0 && statuses.every((status) => status === 'failed'));
    else assert.deepEqual(statuses, ['paid']);
    for (const { response } of made) {
      reference.payments.push(chargedPayment(response.imp_uid, order, amount, !key.isDeclined));
    }
    for (const { code, error, text } of answers) {
      if (code !== 0) assert.equal(error, 'order_already_paid', text);
    }
  },
);

const plan = step(
  'plan',
  fc.record({
    customerUid: name,
    entries: fc.array(fc.record({ amount: price, minutes }), { minLength: 1, maxLength: 3 }),
    isPast: fc.nat(5).map((chance) => chance === 0),
    withCard: fc.boolean(),
    takenOrder: fc.option(pick, { freq: 5, nil: undefined }),
    fault,
  }),
  always,
  async (reference, system, values) => {
    const { customerUid, entries, isPast, withCard, fault: armed } = values;
    const { keys } = reference;
    const known = keys.keys.get(customerUid);
    const now = await merchantNow(system);
    // Each at a time of its own, so that they are run in this order.
    const planned = entries.map(({ amount, minutes: later }, place) => ({
      merchant_uid: system.nextOrder(),
      amount,
      schedule_at: isPast ? now - 100 + place : now + later * 60 + keys.schedules.length + place,
    }));
    const taken = values.takenOrder === undefined || !hasSchedules(reference) ? undefined : values.takenOrder;
    const [first] = planned;
    if (taken !== undefined && first) first.merchant_uid = scheduleAt(reference, taken).order;
    const issues = !known && withCard && taken === undefined;
    await arm(system, armed, issues ? 'issue_key' : 'charge_key');
    const answer = await system.client.post('/subscribe/payments/schedule', {
      customer_uid: customerUid,
      schedules: planned,
      ...(withCard ? goodCard : {}),
    });
    if (!known && !withCard) return void assert.equal(answer.error, 'customer_not_registered', answer.text);
    if (taken !== undefined) return void assert.equal(answer.error, 'schedule_order_taken', answer.text);
    if (issues) {
      const wasTold = answer.error === 'outcome_in_doubt' ? undefined : answer.code === 0;
      if (wasTold === false) assertIssueRefused(answer, armed);
      await noteIssue(reference, system, { customerUid, isDeclined: false, fault: armed, wasTold });
      if (!wasTold) return;
    } else assert.equal(answer.code, 0, answer.text);
    for (const { merchant_uid: order, amount, schedule_at: at } of planned) {
      keys.schedules.push({ order, customerUid, amount, at, state: 'scheduled', payment: null });
    }
    await settled(system);
    await noteRuns(reference, system, now, issues ? null : armed);
  },
);

/** What was due has been run, the oldest first: with the key as it was, and what is armed has struck the first that was sent. */
async function noteRuns(reference: Reference, system: System, now: number, armed: Fault | null): Promise<number> {
  let striking = armed;
  const due = dueBy(reference.keys, now);
  for (const schedule of due) {
    const { order, customerUid, amount } = schedule;
    const key = reference.keys.keys.get(customerUid);
    // What can not even be tried is a failed payment, too.
    const isTried = key !== undefined && !isOrderUsed(reference, order);
    const expected = isTried ? isChargeable(key, striking) : false;
    if (isTried) striking = null;
    schedule.payment = await noteCharge(reference, system, { order, amount, expected });
    schedule.state = 'taken';
  }
  return due.length;
}

const passTime = step(
  'passTime',
  fc.record({ minutes: fc.integer({ min: 0, max: 100 }), fault }),
  hasSchedules,
  async (reference, system, { minutes: passed, fault: armed }) => {
    await arm(system, armed, 'charge_key');
    const moved = await system.client.post('/sandbox/clock', { advance_seconds: passed * 60 });
    assert.equal(moved.code, 0, moved.text);
    await system.logInAgain();
    await settled(system);
    const ran = await noteRuns(reference, system, moved.response.now, armed);
    const told = moved.response.happened.filter(({ kind }: { kind: string }) => kind === 'schedule_run');
    assert.equal(told.length, ran, moved.text);
  },
);

const unschedule = step(
  'unschedule',
  fc.record({ pick, byOrder: fc.boolean(), byCustomer: fc.option(name, { freq: 3 }) }),
  hasSchedules,
  async (reference, system, { pick: index, byOrder, byCustomer }) => {
    const named = scheduleAt(reference, index);
    const customerUid = byCustomer ?? (byOrder ? undefined : named.customerUid);
    const revoked = reference.keys.schedules.filter(
      (each) =>
        each.state === 'scheduled' &&
        (!byOrder || each.order === named.order) &&
        (customerUid === undefined || each.customerUid === customerUid),
    );
    const answer = await system.client.post('/subscribe/payments/unschedule', {
      ...(byOrder ? { merchant_uid: named.order } : {}),
      ...(customerUid === undefined ? {} : { customer_uid: customerUid }),
    });
    if (revoked.length === 0) return void assert.equal(answer.error, 'schedule_nothing_to_revoke', answer.text);
    assert.deepEqual(
      answer.response?.map((each: { merchant_uid: string }) => each.merchant_uid).sort(),
      revoked.map(({ order }) => order).sort(),
      answer.text,
    );
    for (const schedule of revoked) schedule.state = 'revoked';
  },
);

/** PUT for what is still to be run, POST …/reschedule for what has failed or was revoked; each refuses the other's. */
const move = step(
  'move',
  fc.record({ pick, minutes, isReschedule: fc.boolean(), isPast: fc.nat(5).map((chance) => chance === 0) }),
  hasSchedules,
  async (reference, system, { pick: index, minutes: later, isReschedule, isPast }) => {
    const schedule = scheduleAt(reference, index);
    const now = await merchantNow(system);
    const at = isPast ? now - 60 : now + later * 60 + reference.keys.schedules.indexOf(schedule);
    const path = `/subscribe/payments/schedule/${schedule.order}`;
    const answer = isReschedule
      ? await system.client.post(`${path}/reschedule`, { schedule_at: at })
      : await system.client.put(path, { schedule_at: at });
    const refused = isReschedule
      ? { scheduled: 'schedule_not_run', paid: 'schedule_paid', failed: undefined, revoked: undefined }
      : { scheduled: undefined, paid: 'schedule_executed', failed: 'schedule_executed', revoked: 'schedule_revoked' };
    const refusedAs = isPast ? 'schedule_time_past' : refused[standingOf(schedule)];
    assert.equal(answer.error, refusedAs, answer.text);
    if (refusedAs !== undefined) return;
    Object.assign(schedule, { at, state: 'scheduled', payment: null });
  },
);

const retry = step('retry', fc.record({ pick, fault }), hasSchedules, async (reference, system, values) => {
  const schedule = scheduleAt(reference, values.pick);
  const { order, amount, customerUid } = schedule;
  const key = reference.keys.keys.get(customerUid);
  const refusedAs = {
    scheduled: 'schedule_not_run',
    paid: 'schedule_paid',
    failed: undefined,
    revoked: undefined,
  }[standingOf(schedule)];
  const isUsed = isOrderUsed(reference, order);
  const isTried = refusedAs === undefined && !isUsed && key !== undefined;
  if (isTried) await arm(system, values.fault, 'charge_key');
  const answer = await system.client.post(`/subscribe/payments/schedule/${order}/retry`);
  if (refusedAs !== undefined) return void assert.equal(answer.error, refusedAs, answer.text);
  if (isUsed) return void assert.equal(answer.error, 'schedule_paid', answer.text);
  if (!key) return void assert.equal(answer.error, 'billing_keys_not_found', answer.text);
  await settled(system);
  schedule.payment = await noteCharge(reference, system, { order, amount, expected: isChargeable(key, values.fault) });
  schedule.state = 'taken';
  if (answer.error === 'outcome_in_doubt') return;
  assert.deepEqual(
    [answer.response?.imp_uid, answer.response?.status],
    [schedule.payment.impUid, schedule.payment.status],
    answer.text,
  );
});

/** As in `commands.ts`. */
export const keySteps = [
  registerCard,
  registerCard,
  registerInWindow,
  payAndRegister,
  deleteKey,
  chargeKey,
  chargeKey,
  chargeAtOnce,
  plan,
  plan,
  passTime,
  passTime,
  unschedule,
  move,
  retry,
];
