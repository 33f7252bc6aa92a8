import { parentPort, workerData } from 'node:worker_threads';
import { serve } from './thread.ts';

if (!parentPort) throw new Error('this is the program of a thread');
await serve(parentPort, workerData);
