export const memberRoles = ['owner', 'manager', 'operator', 'read_only', 'developer'] as const;
export type MemberRole = (typeof memberRoles)[number];

export const permissions = [
  'read',
  'refund',
  'approve',
  'resolve',
  'webhooks',
  'reconcile',
  'export',
  'sandbox',
  'settings',
  'keys',
  'members',
  'audit',
] as const;
/** What a member must be allowed for an operation of the API. */
export type Permission = (typeof permissions)[number];

/** A list of a store's payments leaves the house with it, so that it is given to people one by one as well. */
export const extraRights = ['export'] as const satisfies readonly Permission[];
export type ExtraRight = (typeof extraRights)[number];

const ofRole: Readonly<Record<MemberRole, readonly Permission[]>> = Object.freeze({
  owner: permissions,
  manager: permissions.filter((each) => each !== 'members' && each !== 'keys'),
  operator: ['read', 'refund', 'webhooks'],
  read_only: ['read'],
  developer: ['read', 'webhooks', 'sandbox', 'settings', 'keys', 'audit'],
});

export function permissionsOf(role: MemberRole, extra: readonly ExtraRight[]): readonly Permission[] {
  const has = new Set<Permission>([...ofRole[role], ...extra]);
  return permissions.filter((each) => has.has(each));
}
