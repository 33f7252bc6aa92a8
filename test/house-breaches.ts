/** What breaks the rules of house.test.ts since before they were made: importing file > imported file. Lines only leave this list. */
export const importsAllowed: readonly string[] = [
  'api/hwanbul/capabilities.ts > gateways/registry.ts',
  'api/sandbox/channels.ts > gateways/registry.ts',
  'cli/doctor/machine.ts > start/merchants-file.ts',
  'core/merchants/channels.ts > gateways/registry.ts',
  'core/notices/notices.ts > gateways/module.ts',
  'core/notices/notices.ts > gateways/registry.ts',
];

/** Files that import each other in a circle. */
export const circlesAllowed: readonly (readonly string[])[] = [
  [
    'cli/bulk-refund/cancel-file.ts',
    'cli/cancel/cancel-one.ts',
    'cli/commands/cancel.ts',
    'cli/commands/cancellations.ts',
    'cli/commands/doctor.ts',
    'cli/commands/payments.ts',
    'cli/commands/reconcile.ts',
    'cli/commands/webhooks.ts',
    'cli/program.ts',
    'cli/reconcile/reconcile-day.ts',
  ],
  ['sandbox/seed/seed-file.ts', 'sandbox/seed/seed-rules.ts'],
  ['simulators/magic-strikes.ts', 'simulators/strikes.ts'],
];
