import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/** Loaded into the program with `--import`: writes each module that is loaded from then on into the file RECORD_LOADED. */
const file = process.env.RECORD_LOADED;
if (file === undefined) throw new Error('RECORD_LOADED names no file');

registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(file, `${isMainThread ? 'server' : 'thread'} ${url}\n`);
    return nextLoad(url, context);
  },
});
