import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Contract, Stage } from './stage.ts';

/** An answer of the API, as far as it is looked at here. */
interface Answer {
  readonly error: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the call answers
  readonly response: any;
}

const card = { card_number: '5570-4200-0000-7221', expiry: '2039-12', birth: '900101', pwd_2digit: '12' };
const patienceMs = 60_000;

/** Goes through all of it, says what came of each step, and answers how many were not as they should be. */
export async function rehearse(stage: Stage): Promise<number> {
  let failures = 0;
  let token = '';

  function told(what: string, isGood: boolean, seen: unknown = ''): void {
    if (!isGood) failures++;
    const text = typeof seen === 'string' ? seen : JSON.stringify(seen);
    console.log(`${isGood ? 'good' : 'BAD '}  ${what}${text === '' ? '' : `: ${text}`}`);
  }

  async function call(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${stage.url}${path}`, {
      method,
      headers: { authorization: token, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      body: body ? JSON.stringify(body) : null,
    });
    const { response: content } = (await response.json()) as { response: unknown };
    return { error: response.headers.get('x-hwanbul-error'), response: content };
  }

  async function logIn(): Promise<void> {
    const { response } = await call('POST', '/users/getToken', { imp_key: stage.impKey, imp_secret: stage.impSecret });
    token = response.access_token;
  }

  const pay = (amount: number, pg: string): Promise<Answer> =>
    call('POST', '/subscribe/payments/onetime', { merchant_uid: randomUUID(), amount, name: 'rehearsal', pg, ...card });
  const paid = async (amount: number, pg = 'tosspayments'): Promise<string> => {
    const { error, response } = await pay(amount, pg);
    if (error !== null) throw new Error(`a payment was not made: ${error}`);
    return response.imp_uid;
  };
  const cancel = (impUid: string, fields: object = {}, key: string = randomUUID()): Promise<Answer> =>
    call('POST', '/payments/cancel', { imp_uid: impUid, ...fields }, { 'idempotency-key': key });

  /** What was given back by the gateway's book, in how many cancellations. */
  async function book({ control, mid }: Contract, impUid: string): Promise<string> {
    const { transactions } = await control.book({ mid, orderId: impUid });
    return `${transactions[0]?.cancelledMinor} in ${transactions[0]?.cancels.length}`;
  }
  /** The same by ours. */
  async function ours(impUid: string): Promise<string> {
    const { response } = await call('GET', `/payments/${impUid}?include_sandbox=true`);
    return `${response?.cancel_amount} in ${response?.cancel_history.length}`;
  }
  /** Both books say so, at once or when recovery has been there. */
  async function bothSay(what: string, impUid: string, wanted: string, contract: Contract = stage.live): Promise<void> {
    const until = Date.now() + patienceMs;
    let seen = '';
    do {
      seen = `gateway ${await book(contract, impUid)}, ours ${await ours(impUid)}`;
      if (seen === `gateway ${wanted}, ours ${wanted}`) break;
      await pause(250);
    } while (Date.now() < until);
    told(what, seen === `gateway ${wanted}, ours ${wanted}`, seen);
  }
  async function doctorOnGateways(believing: boolean): Promise<{ code: number; states: string[]; found: string[] }> {
    const { code, stdout } = await stage.hwanbul(believing, 'doctor', '--gateways', '--json');
    const findings = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    const ofGateways = findings.filter(({ check }) => check === 'gateway');
    return { code, states: ofGateways.map(({ state }) => state), found: ofGateways.map(({ found }) => found) };
  }

  console.log('Certificates');
  const strange = await doctorOnGateways(false);
  told(
    'the doctor does not believe hosts whose CA nobody has named',
    strange.states.join() === 'to_fix,to_fix',
    strange.found,
  );
  await stage.startServer(false);
  await logIn();
  const unbelieved = await pay(1000, 'tosspayments');
  told('nor does the server', unbelieved.error === 'gateway_unreachable', unbelieved.error ?? 'paid');
  await stage.stopServer('SIGTERM');
  const known = await doctorOnGateways(true);
  told(
    'with NODE_EXTRA_CA_CERTS the doctor has nothing to fix',
    known.code === 0 && known.states.join() === 'good,good',
    known.found,
  );

  console.log('\nThe start');
  await stage.startServer(true);
  await logIn();
  const channels = stage
    .log()
    .split('\n')
    .filter((line) => line.includes('"msg":"a channel"'));
  const hosts = channels
    .slice(-2)
    .map((line) => JSON.parse(line))
    .map(({ gateway, mode, host }) => `${gateway} ${mode} ${host}`);
  const expected = [`tosspayments live ${stage.live.host}`, `kcp test ${stage.test.host}`];
  told('the log names the channels', hosts.join() === expected.join(), hosts);

  console.log('\nCancelling');
  const first = await paid(10_000);
  const key = randomUUID();
  told('a part', (await cancel(first, { amount: 3000, checksum: 10_000 }, key)).error === null);
  told('the same request again', (await cancel(first, { amount: 3000, checksum: 10_000 }, key)).error === null);
  await bothSay('is carried out once', first, '3000 in 1');
  const tooMuch = (await cancel(first, { amount: 8000 })).error;
  told('more than is left', tooMuch === 'cancel_amount_exceeds_balance', tooMuch ?? 'done');
  told('the rest', (await cancel(first)).error === null);
  await bothSay('both books', first, '10000 in 2');
  const whole = await paid(5000);
  told('all at once', (await cancel(whole, { checksum: 5000 })).error === null);
  await bothSay('both books', whole, '5000 in 1');

  console.log('\nWhat goes wrong');
  const { control, mid } = stage.live;
  const silent = await paid(7000);
  await control.addFault({ mid, operation: 'cancel', kind: 'timeout' });
  const unanswered = (await cancel(silent, { amount: 2000 })).error;
  // Whichever of the two comes in time; a failure would be a lie, since the gateway may have carried it out.
  const isHonest = unanswered === null || unanswered === 'cancellation_in_doubt';
  told('no answer, nothing done', isHonest, `told ${unanswered ?? 'that it is done'}`);
  await bothSay('is carried out in the end, once', silent, '2000 in 1');
  const doubtful = await paid(9000);
  await control.addFault({ mid, operation: 'cancel', kind: 'lost_answer' });
  await control.addFault({ mid, operation: 'any', kind: 'timeout', count: 1000 });
  const doubt = await cancel(doubtful, { amount: 4000 });
  told(
    'carried out, the answer lost, and then silence',
    doubt.error === 'cancellation_in_doubt',
    doubt.error ?? 'done',
  );
  const { response: doubts } = await call('GET', '/doubts');
  told('the doubt is listed, its amount reserved', doubts.list?.[0]?.reserved === 4000, {
    reserved: doubts.list?.[0]?.reserved,
  });
  const more = await cancel(doubtful, { amount: 9000 });
  told(
    'and nothing that would exceed what was paid is let through',
    more.error === 'cancellation_blocked_by_doubt',
    more.error ?? 'done',
  );
  await control.clearFaults({ mid });
  await bothSay('when the gateway answers again, it settles by itself', doubtful, '4000 in 1');
  const later = await paid(6000);
  await stage.front.shut();
  const unsent = await cancel(later);
  told('no connection', unsent.error === 'gateway_unreachable', unsent.error ?? 'done');
  await stage.front.open();
  told('and again, when there is one', (await cancel(later)).error === null);
  await bothSay('both books', later, '6000 in 1');
  const killed = await paid(8000);
  await control.addFault({ mid, operation: 'cancel', kind: 'slow', delayMs: 900 });
  const cut = cancel(killed, { amount: 5000 }).catch(() => undefined);
  await pause(300);
  await stage.stopServer('SIGKILL');
  await cut;
  await stage.startServer(true);
  await logIn();
  await bothSay('kill -9 while the gateway works on it', killed, '5000 in 1');

  console.log('\nThe channel in test mode');
  const tested = await paid(4000, 'kcp');
  const { response: hidden } = await call('GET', `/payments/${tested}`);
  told('is found with include_sandbox only', hidden === null);
  told('a part', (await cancel(tested, { amount: 1000, checksum: 4000 })).error === null);
  await bothSay('both books', tested, '1000 in 1', stage.test);

  console.log('\nThe day');
  const day = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
  const { code, stdout } = await stage.hwanbul(true, 'reconcile', '--gateway', 'tosspayments', '--date', day, '--json');
  const { equal, payments, differences } = JSON.parse(stdout);
  told('is equal in both books', code === 0 && equal, { payments, differences: differences.length });
  const log = stage.log();
  const leaked = stage.secrets.filter(
    (secret) => log.includes(secret) || log.includes(JSON.stringify(secret).slice(1, -1)),
  );
  told('no secret is in the log', leaked.length === 0, `${stage.secrets.length} looked for`);
  return failures;
}
