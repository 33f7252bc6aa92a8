import { parentPort } from 'node:worker_threads';
import { gateways } from '../../gateways/registry.ts';
import { serveOrders } from '../../simulators/worker.ts';
import { loadSimulator } from './load-simulator.ts';

/**
 * The program of the simulators' thread. It stands here and not with the simulators, because they know no gateway: it is the
 * sandbox that brings both together.
 */
if (!parentPort) throw new Error('this is the program of a thread');
serveOrders(parentPort, loadSimulator);
// Before it is told to start: the server's thread has other things to do meanwhile.
for (const provider of gateways.keys()) void loadSimulator(provider);
