import { createContext, useContext } from 'react';

export const permissions = [
  ...(['read', 'refund', 'approve', 'resolve', 'webhooks', 'reconcile'] as const),
  ...(['export', 'sandbox', 'settings', 'keys', 'members', 'audit'] as const),
] as const;
export type Permission = (typeof permissions)[number];
export type Role = 'owner' | 'manager' | 'operator' | 'read_only' | 'developer';

export interface Member {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  /** The sub-stores that the member is limited to. */
  readonly tiers: readonly string[] | null;
}

export interface SubStore {
  readonly code: string;
  readonly name: string;
}

/** `GET /console/api/session`. */
export interface SessionAnswer {
  readonly member: Member | null;
  readonly csrf: string;
  readonly mode: 'sandbox' | 'live';
  readonly merchant: {
    readonly name: string;
    readonly user_code?: string;
    readonly sub_stores: readonly SubStore[];
  } | null;
  readonly version: string;
  /** The demo merchant's owner needs no password here. */
  readonly demo: boolean;
  /** The store asks for a second factor, and the member has none: there is nothing but enrolling one. */
  readonly must_enrol: boolean;
  /** After the password: what is still to be shown. */
  readonly second_factor: { readonly ticket: string; readonly kinds: readonly ('totp' | 'passkey')[] } | null;
  /** The name of the company's own sign-in, if there is one. */
  readonly company_sign_in: string | null;
}

export interface Session extends SessionAnswer {
  readonly member: Member;
  /** The code of the sub-store that is looked at; '' for the main store. */
  readonly store: string;
  chooseStore(code: string): void;
  signOut(): Promise<void>;
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** Who is signed in. Only below the layout, where somebody is. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('nobody is signed in');
  return session;
}

/** `useCan()('refund')`: whether the member may. The server decides; this is for what is offered. */
export function useCan(): (permission: Permission) => boolean {
  const { member } = useSession();
  return (permission) => member.permissions.includes(permission);
}
