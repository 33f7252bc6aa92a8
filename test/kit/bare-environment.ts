/**
 * The environment of a program that a test starts: nothing of the tests' own but the path, and where modules are kept compiled
 * (`test/run.ts`), which spares each process half of its start.
 */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
}
