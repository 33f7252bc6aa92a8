import type { Database } from '../platform/database/pool.ts';

/**
 * Forgets all payments, billing keys, schedules, bulk refunds, certifications, payment windows, refund requests, operations, receipts, idempotency keys, notices, webhooks and held clocks of these merchants, or of
 * all.
 * Merchants, their keys and settings, and their channels stay; a test names the tables that do, and demands that every other
 * one is emptied here. Only a sandbox has this, and only here may rows of the audit go: the trigger looks at the setting.
 */
export async function resetBooks(database: Database, merchantIds: readonly bigint[] | null): Promise<void> {
  await database.withTransaction(async (client) => {
    await client.query(`set local hwanbul.sandbox_reset = 'on'`);
    const [mine, values] = merchantIds === null ? ['', []] : [' where merchant_id = any($1)', [merchantIds]];
    for (const table of [
      'operation_audit',
      'gateway_notices',
      'sandbox_clocks',
      'webhook_deliveries',
      'outbox',
      'schedules',
      'bulk_refunds',
      'reconciliation_days',
      'operations',
      'escrows',
      'billing_keys',
      'receipts',
      'certifications',
      'checkouts',
      'refund_requests',
      'payments',
      'idempotency_keys',
      'prepared_amounts',
      'statistics_hours',
    ]) {
      await client.query(`delete from ${table}${mine}`, values);
    }
  });
}
