/** For the wings that load nothing of `core` and may ask `start`: the doctor, and the servers of tests. */
export { migrationsFolder } from '../core/schema/schema.ts';
