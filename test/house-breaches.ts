/** What breaks the rules of house.test.ts since before they were made: importing file > imported file. Lines only leave this list. */
export const importsAllowed: readonly string[] = [
  'api/hwanbul/capabilities.ts > gateways/registry.ts',
  'api/sandbox/channels.ts > gateways/registry.ts',
  'core/merchants/channels.ts > gateways/registry.ts',
  'core/notices/notices.ts > gateways/module.ts',
  'core/notices/notices.ts > gateways/registry.ts',
];

/** Files that import each other in a circle. */
export const circlesAllowed: readonly (readonly string[])[] = [];
