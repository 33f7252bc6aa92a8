import { createContext, useContext } from 'react';
import type { ConsoleSessionAnswer } from '../../api/views/console-session.ts';

/** `GET /console/api/session`. */
export type SessionAnswer = ConsoleSessionAnswer;
export type Member = NonNullable<SessionAnswer['member']>;
export type Role = Member['role'];
export type Permission = Member['permissions'][number];

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
