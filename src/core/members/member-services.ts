import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { everyStep } from '../../platform/rounds/every-step.ts';
import type { OidcSettings } from '../../platform/settings/settings.ts';
import { type CompanySignIn, createCompanySignIn } from './company-sign-in.ts';
import { type ConsoleSettingsStore, createConsoleSettings } from './console-settings.ts';
import { createGuessLimits, type GuessLimits } from './guess-limits.ts';
import { createInvitations, type Invitations } from './invitations.ts';
import { createMemberAudit, type MemberAudit } from './member-audit.ts';
import { createMembers, type Members } from './members.ts';
import { createPasskeyCeremonies, type PasskeyCeremonies } from './passkey-ceremonies.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { createSecondFactors, type SecondFactors } from './second-factors.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSignInTickets, type SignInTickets } from './sign-in-tickets.ts';

/** What the routes of the console's people work with. */
export interface MemberServices {
  readonly passwords: Passwords;
  readonly members: Members;
  readonly sessions: Sessions;
  readonly invitations: Invitations;
  readonly guessLimits: GuessLimits;
  readonly memberAudit: MemberAudit;
  readonly consoleSettings: ConsoleSettingsStore;
  readonly secondFactors: SecondFactors;
  readonly passkeyCeremonies: PasskeyCeremonies;
  readonly signInTickets: SignInTickets;
  /** `undefined`: members sign in here only. */
  readonly companySignIn: CompanySignIn | undefined;
  removeEndedOfMembers(): Promise<void>;
}

export function createMemberServices(parts: {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly oidc: OidcSettings | undefined;
}): MemberServices {
  const passwords = createPasswords();
  const sessions = createSessions(parts);
  const invitations = createInvitations(parts);
  const guessLimits = createGuessLimits(parts);
  const secondFactors = createSecondFactors(parts);
  const passkeyCeremonies = createPasskeyCeremonies({ ...parts, secondFactors });
  const signInTickets = createSignInTickets(parts);
  const { oidc } = parts;
  const companySignIn = oidc && createCompanySignIn({ ...parts, oidc });
  const withEnd = [sessions, invitations, guessLimits, passkeyCeremonies, signInTickets, companySignIn];
  return {
    passwords,
    members: createMembers({ ...parts, passwords }),
    sessions,
    invitations,
    guessLimits,
    memberAudit: createMemberAudit(parts),
    consoleSettings: createConsoleSettings(parts),
    secondFactors,
    passkeyCeremonies,
    signInTickets,
    companySignIn,
    async removeEndedOfMembers() {
      await everyStep(withEnd.map((each) => async () => each?.removeEnded()));
    },
  };
}
