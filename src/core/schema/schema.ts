import { dataFolder } from '../../platform/own-files.ts';

/** The tables of our book, as numbered SQL; CONTRIBUTING.md says how one is added. */
export const migrationsFolder = dataFolder('core/schema/migrations');
