import { isDatabaseOutage } from '../database/transient-errors.ts';
import { Refusal } from './refusal.ts';

/** For work before anything was reserved or sent: an outage of the database then is a clean failure, and is told as one. */
export async function refusingOutages<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDatabaseOutage(error)) throw new Refusal('database_unavailable');
    throw error;
  }
}
