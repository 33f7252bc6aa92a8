import { randomBytes } from 'node:crypto';

/** What a process is called in the log and in the database, and no other one ever. */
export function newInstanceName(): string {
  return `${process.pid}-${randomBytes(6).toString('hex')}`;
}
