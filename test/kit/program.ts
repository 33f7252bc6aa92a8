import { fileURLToPath } from 'node:url';

const clone = new URL('../../', import.meta.url);

/** Where the program of the test run lies, as it is published (`test/run.ts`). */
export const installed: string = process.env.TEST_PROGRAM ?? '';
if (!installed) throw new Error('TEST_PROGRAM is not set: run the tests with npm test');

/** `hwanbul` as it is published. */
export const program: string = `${installed}/bin/hwanbul.js`;
/** One gateway's simulator alone, as it is published. */
export const simulatorProgram: string = `${installed}/dist/start/simulator-main.js`;
/** The server that `hwanbul/testing` starts, as it is published. */
export const testingServerProgram: string = `${installed}/dist/testing/server/main.js`;
/** `hwanbul` as a clone runs it, from its sources. */
export const programOfClone: string = fileURLToPath(new URL('bin/hwanbul.js', clone));
