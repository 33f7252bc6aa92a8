import { parentPort, workerData } from 'node:worker_threads';
import { serveOrders } from '../../simulators/worker.ts';
import { loadSimulator } from './load-simulator.ts';

export interface ThreadData {
  readonly providers: readonly string[];
}

/**
 * The program of the simulators' thread. It stands here and not with the simulators, because they know no gateway: it is the
 * sandbox that brings both together.
 */
if (!parentPort) throw new Error('this is the program of a thread');
const { providers } = workerData as ThreadData;
// Before it is told to start: the server's thread has other things to do meanwhile.
const loading = new Map(providers.map((provider) => [provider, loadSimulator(provider)]));
serveOrders(parentPort, (provider) => loading.get(provider) ?? loadSimulator(provider));
