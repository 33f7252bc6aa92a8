import { resolve } from 'node:path';
import type { AddedFault, FaultsLeft, NewMerchant } from './answers-within.ts';
import { CallRefused, type ControlPlane, callAnonymously, createControlPlane } from './control-plane.ts';
import type { FaultOptions } from './fault-types.ts';
import { createSeed } from './seed.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import type {
  Book,
  ClockAnswer,
  ClockMoved,
  Fault,
  Hwanbul,
  PaymentAnswer,
  Span,
  StartHwanbul,
  StartOptions,
  TestClock,
} from './types.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';
import { toWireNames } from './wire-names.ts';

/** Long enough that a run of short test processes, one after the other, finds the shared PostgreSQL running. */
const usualLingerMs = 10_000;
const startLimitMs = 120_000;
/** Short, so that a test of a doubt takes seconds, and long enough for a busy machine. */
const testSettings: Readonly<Record<string, string>> = Object.freeze({
  PORT: '0',
  LOG_LEVEL: 'error',
  HWANBUL_DATABASE_POOL_SIZE: '5',
  HWANBUL_GATEWAY_TIMEOUT_MS: '5000',
  HWANBUL_REQUEST_DEADLINE_MS: '12000',
  HWANBUL_RECOVERY_INTERVAL_MS: '200',
  HWANBUL_WEBHOOK_RETRY_PAUSE_MS: '1000',
  HWANBUL_DRAIN_TIMEOUT_MS: '3000',
});

/** `program`: the file that runs the server. `lingerMs`: how long the shared PostgreSQL stays when nobody uses it. */
export function createStartHwanbul(program: string, lingerMs = usualLingerMs): StartHwanbul {
  return async function startHwanbul(options: StartOptions = {}): Promise<Hwanbul> {
    assertNodeIsNewEnough();
    const receiver = await startWebhookReceiver();
    let server: ServerProcess | undefined;
    try {
      server = await startServerProcess(program, {
        dataDir: options.dataDir === undefined ? undefined : resolve(options.dataDir),
        databaseUrl: chooseDatabase(options),
        settings: { ...testSettings, ...options.settings },
        lingerMs,
        limitMs: options.startTimeoutMs ?? startLimitMs,
      });
      return await hwanbulOf(server, receiver, options);
    } catch (error) {
      await Promise.all([server?.close(), receiver.close()]);
      throw error;
    }
  };
}

/** The SQLite of 22.18 and 22.19 does not know numbered parameters (`?1`), which the simulators' books use. */
function assertNodeIsNewEnough(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 20)) return;
  throw new Error(`Node ${process.versions.node} is too old for hwanbul/testing: use Node 22.20 or newer.`);
}

/** DATABASE_URL often names the database of the application under test, which need not be a PostgreSQL. */
function chooseDatabase({ databaseUrl }: StartOptions): string | undefined {
  if (databaseUrl !== undefined) return databaseUrl ?? undefined;
  const { TEST_DATABASE_URL, DATABASE_URL } = process.env;
  return [TEST_DATABASE_URL, DATABASE_URL].find((url) => url !== undefined && /^postgres(ql)?:\/\//.test(url));
}

async function hwanbulOf(server: ServerProcess, receiver: WebhookReceiver, options: StartOptions): Promise<Hwanbul> {
  const merchant = {
    name: 'hwanbul/testing',
    webhook_url: receiver.webhooks.url,
    webhook_format: options.webhookFormat ?? 'json',
    webhook_retry: options.webhookRetry ?? false,
  };
  const { imp_key: impKey, imp_secret: impSecret } = await callAnonymously<NewMerchant>(
    server.url,
    'POST',
    '/sandbox/merchants',
    merchant,
    server.whyGone,
  );
  const plane = createControlPlane(server.url, { impKey, impSecret }, server.whyGone);
  let closed: Promise<void> | undefined;
  return Object.freeze({
    url: server.url,
    impKey,
    impSecret,
    pay: ({ gateway = 'tosspayments', payMethod = 'card', ...rest }) =>
      plane.call<PaymentAnswer>('POST', '/sandbox/payments', {
        pg_provider: gateway,
        pay_method: payMethod,
        ...toWireNames(rest),
        // The names within are those of IMP.request_pay already.
        ...(rest.naverProducts && { naver_products: rest.naverProducts }),
      }),
    deposit: (impUid, more = {}) =>
      plane.call<PaymentAnswer>('POST', `/sandbox/vbanks/${encodeURIComponent(impUid)}/deposit`, toWireNames(more)),
    payBarcode: (impUid, more = {}) =>
      plane.call<PaymentAnswer>('POST', `/sandbox/cvs/${encodeURIComponent(impUid)}/pay`, toWireNames(more)),
    completeRefund: (impUid, more = {}) =>
      plane.call<PaymentAnswer>(
        'POST',
        `/sandbox/payments/${encodeURIComponent(impUid)}/refund-result`,
        toWireNames(more),
      ),
    fault: (asked) => addFault(plane, asked),
    clock: createClock(plane),
    books: (gateway, impUid) =>
      plane.call<Book>(
        'GET',
        `/sandbox/books/${encodeURIComponent(gateway)}${impUid === undefined ? '' : `?imp_uid=${encodeURIComponent(impUid)}`}`,
      ),
    webhooks: receiver.webhooks,
    seed: createSeed(plane, { ...merchant, imp_key: impKey, imp_secret: impSecret }),
    async reset() {
      await plane.call('POST', '/sandbox/reset');
      receiver.reset();
    },
    close() {
      // The server first: it may be delivering webhooks until its end.
      closed ??= server.close().then(() => receiver.close());
      return closed;
    },
  } satisfies Hwanbul);
}

async function addFault(plane: ControlPlane, { gateway, ...rest }: FaultOptions): Promise<Fault> {
  const wire = { ...(gateway === undefined ? {} : { pg_provider: gateway }), ...toWireNames(rest) };
  const { id } = await plane.call<AddedFault>('POST', '/sandbox/faults', wire);
  const armed = `/sandbox/faults${gateway === undefined ? '' : `?pg_provider=${encodeURIComponent(gateway)}`}`;
  return Object.freeze({
    id,
    async left() {
      const { list } = await plane.call<FaultsLeft>('GET', armed);
      return list.filter((each) => each.id === id).reduce((sum, each) => sum + each.count, 0);
    },
    async remove() {
      try {
        await plane.call('DELETE', `/sandbox/faults/${encodeURIComponent(id)}`);
      } catch (error) {
        if (!(error instanceof CallRefused) || error.error !== 'sandbox_fault_not_found') throw error;
      }
    },
  });
}

function createClock(plane: ControlPlane): TestClock {
  const path = '/sandbox/clock';
  return Object.freeze({
    now: () => plane.call<ClockAnswer>('GET', path),
    set: (at) => plane.call<ClockMoved>('POST', path, { at: typeof at === 'string' ? at : at.toISOString() }),
    advance: (by) => plane.call<ClockMoved>('POST', path, { advance_seconds: secondsOf(by) }),
    release: () => plane.call<ClockAnswer>('DELETE', path),
  } satisfies TestClock);
}

function secondsOf(by: number | Span): number {
  if (typeof by === 'number') return by;
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = by;
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
