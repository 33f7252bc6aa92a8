/** The tables of our book, as numbered SQL; CONTRIBUTING.md says how one is added. */
export const migrationsFolder = new URL('./migrations/', import.meta.url);
