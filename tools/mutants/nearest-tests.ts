const book = ['test/exactly-once/settlement.test.ts', 'test/exactly-once/reservation.test.ts'];
const life = ['test/exactly-once/recovery.test.ts', ...book, 'test/core/notices-applied.test.ts'];
const found = 'test/core/found.test.ts';
const late = 'test/core/accepted-cancellations.test.ts';

/**
 * The test files nearest to each folder or file, those that tell soonest first. The longest beginning counts. The first files
 * have no server to start; the later ones are asked only about what those did not notice.
 */
const nearest: readonly (readonly [beginning: string, tests: readonly string[]])[] = [
  ['src/core/cancellation/', [...book, late, 'test/api/iamport/cancel.test.ts']],
  [
    'src/core/cancellation/reserve-cancel.ts',
    ['test/exactly-once/reservation.test.ts', 'test/exactly-once/settlement.test.ts', late],
  ],
  ['src/core/cancellation/decide.ts', ['test/exactly-once/reservation.test.ts', 'test/api/iamport/cancel.test.ts']],
  ['src/core/cancellation/find-cancellable.ts', [found, 'test/api/iamport/cancel.test.ts']],
  ['src/core/cancellation/count-cancellations.ts', [found]],
  ['src/core/cancellation/records.ts', [found, 'test/api/hwanbul/cancellations.test.ts']],
  [
    'src/core/cancellation/revoke-issued.ts',
    [...book, 'test/api/iamport/vbanks.test.ts', 'test/api/iamport/cvs.test.ts'],
  ],
  [
    'src/core/cancellation/revocation-kinds.ts',
    [...book, 'test/api/iamport/vbanks.test.ts', 'test/api/iamport/cvs.test.ts'],
  ],
  ['src/core/operations/', [...life, late]],
  ['src/core/operations/end-operation-sql.ts', [...book, 'test/exactly-once/recovery.test.ts', late]],
  ['src/core/operations/operation-log.ts', ['test/core/doubts.test.ts']],
  ['src/core/operations/report.ts', [...book, 'test/api/iamport/cancel.test.ts']],
  ['src/core/operations/turns.ts', ['test/exactly-once/reservation.test.ts', 'test/exactly-once/races.test.ts']],
  [
    'src/core/operations/take-turn.ts',
    ['test/exactly-once/reservation.test.ts', 'test/exactly-once/recovery.test.ts', late],
  ],
  ['src/core/operations/support.ts', [...book, 'test/api/iamport/cancel.test.ts', 'test/api/iamport/receipts.test.ts']],
  [
    'src/core/payments/',
    [
      ...book,
      'test/core/notices-applied.test.ts',
      'test/api/iamport/onetime.test.ts',
      'test/api/iamport/vbanks.test.ts',
    ],
  ],
  [
    'src/core/payments/deposits.ts',
    ['test/exactly-once/settlement.test.ts', 'test/core/notices-applied.test.ts', 'test/core/gateway-notices.test.ts'],
  ],
  ['src/core/payments/issue-barcode-kind.ts', [...life, 'test/api/iamport/cvs.test.ts']],
  ['src/core/payments/find-payments.ts', ['test/api/iamport/payments.test.ts']],
  ['src/core/payments/search-payments.ts', [found, 'test/api/iamport/payments.test.ts']],
  ['src/core/payments/read-in-parts.ts', [found, 'test/api/iamport/payments.test.ts']],
  ['src/core/receipts/', [...book, 'test/exactly-once/recovery.test.ts', 'test/api/iamport/receipts.test.ts']],
  [
    'src/core/notices/',
    ['test/core/notices-applied.test.ts', 'test/core/forged-notices.test.ts', 'test/core/gateway-notices.test.ts'],
  ],
  ['src/core/doubts/', ['test/exactly-once/settlement.test.ts', 'test/core/doubts.test.ts']],
  ['src/core/doubts/list-doubts.ts', [found, 'test/core/doubts.test.ts']],
  ['src/core/idempotency/', ['test/exactly-once/keys.test.ts', 'test/exactly-once/idempotency.test.ts']],
  ['src/api/idempotent.ts', ['test/exactly-once/keys.test.ts', 'test/exactly-once/idempotency.test.ts']],
  ['src/core/records/', life],
  ['src/core/schema/migrations/', ['test/exactly-once/database-guards.test.ts']],
  [
    'src/platform/database/statement-group.ts',
    [
      'test/platform/statement-group.test.ts',
      'test/exactly-once/reservation.test.ts',
      'test/exactly-once/settlement.test.ts',
    ],
  ],
];

export function nearestTests(file: string): readonly string[] {
  const fitting = nearest.filter(([beginning]) => file.startsWith(beginning));
  return fitting.sort(([a], [b]) => b.length - a.length)[0]?.[1] ?? [];
}

const withoutServer: readonly string[] = [
  ...life,
  found,
  'test/platform/statement-group.test.ts',
  'test/exactly-once/keys.test.ts',
  'test/exactly-once/database-guards.test.ts',
];

export function hasNoServer(testFile: string): boolean {
  return withoutServer.includes(testFile);
}

/** What is changed when nothing else is asked for: everything that moves money. */
export const heart: readonly string[] = [
  'src/core/cancellation',
  'src/core/operations',
  'src/core/payments',
  'src/core/receipts',
  'src/core/notices',
  'src/core/doubts',
  'src/core/idempotency',
  'src/core/schema/migrations/0001_payments_and_operations.sql',
  'src/core/schema/migrations/0006_subjects_and_merchant_keys.sql',
  'src/api/idempotent.ts',
  'src/platform/database/statement-group.ts',
];

/** Lists and look-ups that only show, and the crash points of the tests themselves. */
export const apart: readonly string[] = ['src/core/operations/crash-points.ts', 'src/core/payments/find-payments.ts'];
