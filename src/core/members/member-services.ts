import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { type ConsoleSettingsStore, createConsoleSettings } from './console-settings.ts';
import { createGuessLimits, type GuessLimits } from './guess-limits.ts';
import { createInvitations, type Invitations } from './invitations.ts';
import { createMemberAudit, type MemberAudit } from './member-audit.ts';
import { createMembers, type Members } from './members.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { createSessions, type Sessions } from './sessions.ts';

/** What the routes of the console's people work with. */
export interface MemberServices {
  readonly passwords: Passwords;
  readonly members: Members;
  readonly sessions: Sessions;
  readonly invitations: Invitations;
  readonly guessLimits: GuessLimits;
  readonly memberAudit: MemberAudit;
  readonly consoleSettings: ConsoleSettingsStore;
  removeEndedOfMembers(): Promise<void>;
}

export function createMemberServices(parts: { readonly database: Database; readonly clock: Clock }): MemberServices {
  const passwords = createPasswords();
  const sessions = createSessions(parts);
  const invitations = createInvitations(parts);
  const guessLimits = createGuessLimits(parts);
  return {
    passwords,
    members: createMembers({ ...parts, passwords }),
    sessions,
    invitations,
    guessLimits,
    memberAudit: createMemberAudit(parts),
    consoleSettings: createConsoleSettings(parts),
    async removeEndedOfMembers() {
      await Promise.all([sessions.removeEnded(), invitations.removeEnded(), guessLimits.removeEnded()]);
    },
  };
}
