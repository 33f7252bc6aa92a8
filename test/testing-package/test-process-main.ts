import { createInterface } from 'node:readline';
import pg from 'pg';
import { startQuickly } from './test-process.ts';

/** Argument: the folder of the shared PostgreSQL. A line `pay` pays; the end of standard input closes. */
const [dataDir = ''] = process.argv.slice(2);
const hwanbul = await startQuickly({ dataDir, databaseUrl: null });
const { imp_uid: impUid } = await hwanbul.pay({ amount: 1_000 });
console.log(JSON.stringify({ impUid, database: await newestDatabase() }));
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'pay') continue;
  await hwanbul.pay({ amount: 1_000 });
  console.log((await hwanbul.books('tosspayments')).transactions.length);
}
await hwanbul.close();

/** Which database has our payment. */
async function newestDatabase(): Promise<string> {
  const { sharedPostgresUrl, testDatabases } = await import('./shared-data.ts');
  for (const name of await testDatabases(dataDir)) {
    const client = new pg.Client({ connectionString: sharedPostgresUrl(dataDir, name) });
    await client.connect();
    const { rowCount } = await client.query('select from payments where imp_uid = $1', [impUid]);
    await client.end();
    if (rowCount === 1) return name;
  }
  throw new Error('the payment is in no database');
}
