import type { Database } from '../../platform/database/pool.ts';
import { isDatabaseOutage, isSurelyUndone, repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Operation } from '../records/operation.ts';
import type { Deadline } from './deadline.ts';

/** The database went out while the operation was reserved, and until the deadline nobody could tell whether it is there. */
export class ReservationUnknown extends Error {
  readonly operationId: string;

  constructor(operationId: string, cause: unknown) {
    super('nobody knows whether an operation was reserved', { cause });
    this.name = 'ReservationUnknown';
    this.operationId = operationId;
  }

  /** What a caller is told whose doubts go by this name. If the operation is there, recovery goes on with it. */
  refusal(doubt: 'cancellation_in_doubt' | 'outcome_in_doubt'): Refusal {
    const id = this.operationId;
    return new Refusal(doubt, { id }, null, { id, state: 'in_doubt' });
  }
}

/**
 * Reserves through outages, as long as the deadline allows. After some of them nobody knows whether the reservation was made: then
 * it is looked for before it is made again, and before anything is believed that may be its own doing, such as a turn that is
 * taken. Throws a refusal when nothing was begun, and `ReservationUnknown` when nobody knows.
 */
export async function reserveOnce<Reserved>(
  { database }: { readonly database: Database },
  { leftMs }: Deadline,
  { merchantId, operationId }: { readonly merchantId: bigint; readonly operationId: string },
  reserve: () => Promise<Reserved>,
  /** The same, of an operation that is found to be there. */
  found: (operation: Operation) => Reserved | Promise<Reserved>,
): Promise<Reserved> {
  let isUnclear = false;

  async function made(): Promise<{ readonly reserved: Reserved } | undefined> {
    const [operation] = await database.query<Operation>('select * from operations where merchant_id = $1 and id = $2', [
      merchantId,
      operationId,
    ]);
    return operation && { reserved: await found(operation) };
  }

  async function attempt(): Promise<Reserved> {
    const before = isUnclear ? await made() : undefined;
    if (before) return before.reserved;
    try {
      const reserved = await reserve();
      const earlier = isUnclear && reserved === undefined ? await made() : undefined;
      return earlier ? earlier.reserved : reserved;
    } catch (error) {
      if (isDatabaseOutage(error)) isUnclear ||= !isSurelyUndone(error);
      else if (isUnclear) {
        const earlier = await made();
        if (earlier) return earlier.reserved;
      }
      throw error;
    }
  }

  try {
    return await repeatDuringOutage(attempt, leftMs);
  } catch (error) {
    if (!isDatabaseOutage(error)) throw error;
    throw isUnclear ? new ReservationUnknown(operationId, error) : new Refusal('database_unavailable');
  }
}

/** It is reserved, and this process can't go on with it: recovery does, and takes it for sent. */
export async function afterReservation<T>(operationId: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isDatabaseOutage(error) ? new ReservationUnknown(operationId, error) : error;
  }
}
