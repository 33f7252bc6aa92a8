import type { HealthAnswer } from '../../api/views/health.ts';
import { type Api, createApi, describeRefusal, Unanswered } from '../api.ts';
import { CliFailure } from '../failure.ts';
import { type Finding, good, toFix, toKnow } from './finding.ts';

/** More than this, and gateways that want a time stamp begin to refuse; day limits shift, too. */
const clockDifferenceMaxSeconds = 60;

export interface ServerToCheck {
  readonly url: string;
  readonly impKey: string | undefined;
  readonly impSecret: string | undefined;
  /** Whether it is a fault that nothing runs there. */
  readonly mustRun: boolean;
}

/** Asks a running server, near or far: its health, its clock, and whether it takes the keys. */
export async function checkServer(asked: ServerToCheck): Promise<readonly Finding[]> {
  const { url, impKey, impSecret, mustRun } = asked;
  const api = createApi({ url, impKey: impKey ?? '', impSecret: impSecret ?? '' });
  try {
    const health = await api.ask<HealthAnswer>('GET', '/health', { anonymous: true });
    if (health.error !== undefined) return [toFix('server', url, describeRefusal(health))];
    const running = good('server', `${url} answers, and its database does`);
    if (!impKey || !impSecret) {
      return [running, toKnow('log-in', 'not tried: set HWANBUL_IMP_KEY and HWANBUL_IMP_SECRET')];
    }
    return [running, ...(await checkLogIn(api))];
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    if (!mustRun && /ECONNREFUSED/.test(error.message))
      return [toKnow('server', `nothing runs at ${url}; the port is free`)];
    return [
      toFix(
        'server',
        `${url}: ${error.message}`,
        'Check the address, and that Hwanbul runs there and not another program.',
      ),
    ];
  } finally {
    await api.close();
  }
}

async function checkLogIn(api: Api): Promise<readonly Finding[]> {
  try {
    const { serverNow, tookMs } = await api.logIn();
    // The server gives whole seconds, and its answer is as old as the way back took.
    const difference = Math.abs(Date.now() / 1000 - tookMs / 2000 - serverNow - 0.5);
    const found = `${difference.toFixed(0)} s apart from this machine's`;
    const fix = 'Set both clocks by NTP. (A sandbox whose clock was moved differs on purpose.)';
    return [
      good('log-in', 'the server takes the keys'),
      difference > clockDifferenceMaxSeconds
        ? toFix('clock of the server', found, fix)
        : good('clock of the server', found),
    ];
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return [toFix('log-in', error.message, 'Check HWANBUL_IMP_KEY and HWANBUL_IMP_SECRET.')];
  }
}
