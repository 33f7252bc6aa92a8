import { createHash } from 'node:crypto';
import type { Configuration } from 'openid-client';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { isLoopbackUrl } from '../../platform/loopback.ts';
import type { OidcSettings } from '../../platform/settings/settings.ts';

/** Why nobody came in by the company's own sign-in. `ended`: it took too long, or began in another browser. */
export const companyProblems = ['unavailable', 'ended', 'refused', 'email_unverified', 'not_invited'] as const;
export type CompanyProblem = (typeof companyProblems)[number];

/** Sign-in by OpenID Connect, with the code flow: the company says whose e-mail address it is, and nothing else of it is kept. */
export interface CompanySignIn {
  readonly name: string;
  /** Where to send the browser, and what it keeps meanwhile. Throws what the company's server did. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly browser: string }>;
  /** With what the company has sent the browser back to. */
  end(
    url: URL,
    browser: string | undefined,
  ): Promise<{ readonly email: string } | { readonly problem: CompanyProblem }>;
  removeEnded(): Promise<void>;
}

const lifeMs = 10 * 60_000;
const timeoutSeconds = 10;

export function createCompanySignIn(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly oidc: OidcSettings;
}): CompanySignIn {
  const { database, clock, oidc } = parts;
  let found: Promise<Configuration> | undefined;

  /** The company's server is asked where its parts are when somebody first comes, and again if that failed. */
  function configuration(): Promise<Configuration> {
    found ??= discover(oidc).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  }

  return {
    name: oidc.name,

    async begin(redirectUri) {
      const client = await import('openid-client');
      const config = await configuration();
      const [state, nonce, browser] = [client.randomState(), client.randomNonce(), client.randomState()];
      const verifier = client.randomPKCECodeVerifier();
      await database.query(
        'insert into oidc_sign_ins (state_hash, browser_hash, nonce, code_verifier, expires_at) values ($1, $2, $3, $4, $5)',
        [hashOf(state), hashOf(browser), nonce, verifier, new Date(clock.now().getTime() + lifeMs)],
      );
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, browser };
    },

    async end(url, browser) {
      const state = url.searchParams.get('state') ?? '';
      // Taken once, and only by the browser that it was made for: nobody is signed in by a link that somebody else has begun.
      const [begun] = await database.query<{ nonce: string; code_verifier: string }>(
        `delete from oidc_sign_ins where state_hash = $1 and browser_hash = $2 and expires_at > $3
         returning nonce, code_verifier`,
        [hashOf(state), hashOf(browser ?? ''), clock.now()],
      );
      if (!begun) return { problem: 'ended' };
      const client = await import('openid-client');
      const config = await configuration();
      const tokens = await client.authorizationCodeGrant(config, url, {
        expectedState: state,
        expectedNonce: begun.nonce,
        pkceCodeVerifier: begun.code_verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      const said =
        claims?.email === undefined && claims ? await userInfo(config, tokens.access_token, claims.sub) : claims;
      if (typeof said?.email !== 'string' || said.email_verified !== true) return { problem: 'email_unverified' };
      return { email: said.email };
    },

    async removeEnded() {
      await database.query('delete from oidc_sign_ins where expires_at <= $1', [clock.now()]);
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const client = await import('openid-client');
  return client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    timeout: timeoutSeconds,
    execute: isLoopbackUrl(issuer) ? [client.allowInsecureRequests] : [],
  });
}

/** Some keep the address out of the token. */
async function userInfo(config: Configuration, accessToken: string, subject: string) {
  const { fetchUserInfo } = await import('openid-client');
  return config.serverMetadata().userinfo_endpoint ? fetchUserInfo(config, accessToken, subject) : undefined;
}

function hashOf(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
