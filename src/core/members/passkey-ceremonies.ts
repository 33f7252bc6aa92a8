import { createHash, randomBytes } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Member } from './member.ts';
import type { NewPasskey, Passkey, SecondFactors } from './second-factors.ts';

/** Where the browser is: passkeys belong to a name, and sign the origin. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** What for a passkey is asked. `sign_in`: in place of the password, by whoever has it. */
export type PasskeyPurpose = 'sign_in' | 'second_factor' | 'step_up';

/** What browsers and passkeys say to each other, by WebAuthn. */
export interface PasskeyCeremonies {
  /** For `navigator.credentials.create`. */
  beginEnrolment(party: RelyingParty, member: Member): Promise<object>;
  /** Throws `factor_wrong`. */
  endEnrolment(party: RelyingParty, member: Member, response: object): Promise<Omit<NewPasskey, 'name'>>;
  /** For `navigator.credentials.get`. `null`: any passkey of the browser's. */
  begin(party: RelyingParty, purpose: PasskeyPurpose, memberId: bigint | null): Promise<object>;
  /** Whose passkey has answered. Throws `factor_wrong`. */
  end(party: RelyingParty, purpose: PasskeyPurpose, memberId: bigint | null, response: object): Promise<bigint>;
  removeEnded(): Promise<void>;
}

const lifeMs = 5 * 60_000;
/** EdDSA, ES256, RS256 (COSE): what there is everywhere. */
const algorithms = [-8, -7, -257];

export function createPasskeyCeremonies(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly secondFactors: SecondFactors;
}): PasskeyCeremonies {
  const { database, clock, secondFactors } = parts;

  async function challengeFor(
    purpose: PasskeyPurpose | 'enrol',
    memberId: bigint | null,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const challenge = new Uint8Array(randomBytes(32));
    await database.query(
      'insert into passkey_challenges (challenge_hash, purpose, member_id, expires_at) values ($1, $2, $3, $4)',
      [
        hashOf(Buffer.from(challenge).toString('base64url')),
        purpose,
        memberId,
        new Date(clock.now().getTime() + lifeMs),
      ],
    );
    return challenge;
  }

  /** The challenge that the answer is to, which is used up by it, whatever comes of the answer. */
  async function takeChallenge(
    purpose: PasskeyPurpose | 'enrol',
    memberId: bigint | null,
    response: object,
  ): Promise<string> {
    const challenge = challengeIn(response);
    if (challenge === undefined) throw new Refusal('factor_wrong');
    const taken = await database.query(
      `delete from passkey_challenges
       where challenge_hash = $1 and purpose = $2 and member_id is not distinct from $3 and expires_at > $4 returning 1`,
      [hashOf(challenge), purpose, memberId, clock.now()],
    );
    if (taken.length === 0) throw new Refusal('factor_wrong');
    return challenge;
  }

  return {
    async beginEnrolment(party, member) {
      const { generateRegistrationOptions } = await import('@simplewebauthn/server');
      const known = await secondFactors.passkeys(member.id);
      return generateRegistrationOptions({
        rpName: 'Hwanbul',
        rpID: party.id,
        userName: member.email,
        userDisplayName: member.name,
        // The same for all of a member's, and nobody's address.
        userID: new Uint8Array(createHash('sha256').update(`hwanbul member ${member.id}`).digest()),
        challenge: await challengeFor('enrol', member.id),
        excludeCredentials: known.map(({ credentialId: id, transports }) => ({ id, transports: [...transports] })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
        attestationType: 'none',
        supportedAlgorithmIDs: algorithms,
      });
    },

    async endEnrolment(party, member, response) {
      const expectedChallenge = await takeChallenge('enrol', member.id, response);
      const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        expectedChallenge,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        supportedAlgorithmIDs: algorithms,
        requireUserVerification: false,
      }).catch(refuse);
      if (!verified) throw new Refusal('factor_wrong');
      const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
      return { credentialId: id, publicKey: Buffer.from(publicKey), signCount: counter, transports };
    },

    async begin(party, purpose, memberId) {
      const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
      const known = memberId === null ? undefined : await secondFactors.passkeys(memberId);
      return generateAuthenticationOptions({
        rpID: party.id,
        challenge: await challengeFor(purpose, memberId),
        // In place of the password it has to be two things by itself: the device, and whoever unlocks it.
        userVerification: memberId === null ? 'required' : 'preferred',
        ...(known
          ? { allowCredentials: known.map(({ credentialId: id, transports }) => ({ id, transports: [...transports] })) }
          : {}),
      });
    },

    async end(party, purpose, memberId, response) {
      const expectedChallenge = await takeChallenge(purpose, memberId, response);
      const passkey = await passkeyIn(response);
      if (!passkey || (memberId !== null && passkey.memberId !== memberId)) throw new Refusal('factor_wrong');
      const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: response as AuthenticationResponseJSON,
        expectedChallenge,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        requireUserVerification: memberId === null,
        credential: {
          id: passkey.credentialId,
          publicKey: new Uint8Array(passkey.publicKey),
          counter: passkey.signCount,
        },
      }).catch(refuse);
      if (!verified || !(await secondFactors.notePasskeyUse(passkey, authenticationInfo.newCounter))) {
        throw new Refusal('factor_wrong');
      }
      return passkey.memberId;
    },

    async removeEnded() {
      await database.query('delete from passkey_challenges where expires_at <= $1', [clock.now()]);
    },
  };

  async function passkeyIn(response: object): Promise<Passkey | undefined> {
    return 'id' in response && typeof response.id === 'string'
      ? secondFactors.passkeyByCredential(response.id)
      : undefined;
  }
}

/** The library throws for whatever is wrong in what a browser, or somebody else, has sent. */
function refuse(): never {
  throw new Refusal('factor_wrong');
}

function challengeIn(answer: object): string | undefined {
  const { response } = answer as { readonly response?: { readonly clientDataJSON?: unknown } };
  if (typeof response?.clientDataJSON !== 'string') return undefined;
  try {
    const data: unknown = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString());
    const { challenge } = data as { readonly challenge?: unknown };
    return typeof challenge === 'string' ? challenge : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(challenge: string): Buffer {
  return createHash('sha256').update(challenge).digest();
}
