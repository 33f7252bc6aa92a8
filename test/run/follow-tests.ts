import asyncHooks, { type AsyncHook, AsyncLocalStorage, AsyncResource, type HookCallbacks } from 'node:async_hooks';
import { createRequire } from 'node:module';

/**
 * For `node --import`, before a test file. Node's test runner wants to know in which test something is called or thrown, and follows each promise and
 * each callback of the process for that (a hook of `async_hooks` with `init` and `destroy`): of a server that runs within its test, a
 * hundred for a request. Here it learns the same from the context that goes with them anyway (`AsyncLocalStorage`): whoever runs within a
 * test's scope finds the test's id. It took a tenth off the processor time of `test/gateways/through-the-api.test.ts`.
 *
 * It reaches the runner's own modules only, by what they are given of `async_hooks` when they are loaded, and changes nothing where
 * they should no longer ask for it. `run.test.ts` holds that suites, tests and errors outside of a test's promise are told as without it.
 */
const { createHook, executionAsyncId } = asyncHooks;
const testOfContext = new AsyncLocalStorage<number>();
let tellTest: HookCallbacks['init'];

/** A test, a suite or a hook of one. */
class TestScope extends AsyncResource {
  override runInAsyncScope<This, Result>(
    run: (this: This, ...values: unknown[]) => Result,
    self?: This,
    ...values: unknown[]
  ): Result {
    const id = this.asyncId();
    tellTest?.(id, 'Test', 0, this);
    return super.runInAsyncScope(() => testOfContext.run(id, () => run.apply(self as This, values)));
  }
}

const given = {
  AsyncResource: TestScope,
  executionAsyncId: () => testOfContext.getStore() ?? executionAsyncId(),
  createHook(callbacks: HookCallbacks) {
    tellTest = callbacks.init;
    const hook: AsyncHook = { enable: () => hook, disable: () => hook };
    return hook;
  },
};
Object.assign(asyncHooks, given);
createRequire(import.meta.url)('node:test');
Object.assign(asyncHooks, { AsyncResource, executionAsyncId, createHook });
