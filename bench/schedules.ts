/**
 * Very many schedules that fall due within one minute, at a gateway that takes its time: how long until all of them have run, whether
 * each ran once by our book and by the gateway's, and how that compares with cancellations of as many callers as there are charges
 * at a time. `npm run bench:schedules [-- --schedules=100000 --customers=1000 --gateway-ms=50 --cancellations=5000]`
 */
import { chargesAtATime } from '../src/core/schedules/due-schedules.ts';
import { readLeftBook } from '../test/kit/left-book.ts';
import { formatLoad, numberArgument, runLoad } from './load.ts';
import { startBenchSandbox } from './sandbox.ts';

const schedules = numberArgument('schedules', 100_000);
const customers = Math.min(numberArgument('customers', 1_000), schedules);
const gatewayMs = numberArgument('gateway-ms', 50);
const cancellations = numberArgument('cancellations', 5_000);
const card = { card_number: '5570-4200-0000-7221', expiry: '2039-12', birth: '900101', pwd_2digit: '12' };
const windowSeconds = 60;

const sandbox = await startBenchSandbox({ simulator: 'apart' });
try {
  const { client, database } = sandbox;
  const perCustomer = Math.ceil(schedules / customers);
  await runLoad(customers, 16, async (customer) => {
    const customer_uid = `customer-${customer}`;
    await client.post(`/subscribe/customers/${customer_uid}`, { pg: 'tosspayments', ...card });
    const first = customer * perCustomer;
    await client.post('/subscribe/payments/schedule', {
      customer_uid,
      schedules: Array.from({ length: Math.min(perCustomer, schedules - first) }, (_, place) => ({
        merchant_uid: `scheduled-${first + place}`,
        schedule_at: Math.floor(Date.now() / 1000) + 30 * 86_400,
        amount: 1_000,
      })),
    });
  });
  await slow('charge_key', schedules);
  await database.query('analyze');
  // From now on, and evenly: no call of the API can make so many in so short a time.
  await database.query(
    `update schedules set schedule_at = now() + random() * $1 * interval '1 second', version = version + 1`,
    [windowSeconds],
  );
  const begun = performance.now();
  process.stdout.write(
    `${schedules} schedules of ${customers} customers due within ${windowSeconds} s, gateway ${gatewayMs} ms\n`,
  );
  for (let left = schedules; left > 0; ) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const [row] = await database.query<{ left: bigint }>(
      `select count(*) as left from schedules s
         left join payments p on p.merchant_id = s.merchant_id and p.id = s.payment_id
       where s.status = 'scheduled' or p.status = 'ready'`,
    );
    left = Number(row?.left ?? 0);
  }
  const seconds = (performance.now() - begun) / 1000;
  const perSecond = schedules / seconds;
  process.stdout.write(`  all have run after ${seconds.toFixed(1)} s   ${perSecond.toFixed(0)}/s\n`);
  await assertEachOnce();

  const impUids = await database.query<{ imp_uid: string }>(
    `select imp_uid from payments where status = 'paid' limit ${cancellations}`,
  );
  await slow('cancel', impUids.length);
  const plain = await runLoad(impUids.length, chargesAtATime, (index) =>
    client.post('/payments/cancel', { imp_uid: impUids[index]?.imp_uid }),
  );
  process.stdout.write(`  cancellations, ${chargesAtATime} callers   ${formatLoad(plain)}\n`);
  process.stdout.write(`  ratio ${(perSecond / plain.perSecond).toFixed(2)} charges per cancellation\n`);
} finally {
  await sandbox.close();
}

async function slow(operation: string, count: number): Promise<void> {
  await sandbox.client.post('/sandbox/faults', { operation, kind: 'slow', delay_ms: gatewayMs, count });
}

/** By both books. */
async function assertEachOnce(): Promise<void> {
  const [ours] = await sandbox.database.query<{ paid: bigint; charged: bigint }>(
    `select (select count(*) from payments where status = 'paid' and merchant_uid like 'scheduled-%') as paid,
       (select count(*) from operations where kind = 'charge_key' and state = 'confirmed') as charged`,
  );
  const theirs = readLeftBook(sandbox.simulatorBook, (book) =>
    book.prepare('select count(*) as charged, count(distinct order_id) as orders from payments').get(),
  );
  const counts = [ours?.paid, ours?.charged, theirs?.charged, theirs?.orders].map(Number);
  if (counts.some((count) => count !== schedules)) throw new Error(`not each once: ${counts.join(', ')}`);
  process.stdout.write(`  each ran once, by both books\n`);
}
