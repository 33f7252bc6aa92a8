import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { OidcSettings } from '../../src/platform/settings/settings.ts';

/** A company's own sign-in over OpenID Connect, as a server of its own that takes whoever comes for somebody. */
export interface TestedCompany {
  readonly settings: OidcSettings;
  /** Whoever comes from now on is who these claims say; `undefined`: is not let in there. */
  knows(claims: Readonly<Record<string, unknown>> | undefined): void;
  /** What the browser has been sent to it with, where no browser follows. */
  asked(parameters: URLSearchParams): void;
  /** Whether it answers from now on, or says of everything that it can't. */
  answers(isAnswering: boolean): void;
  close(): Promise<void>;
}

export async function startCompany(): Promise<TestedCompany> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  let issuer = '';
  let claims: Readonly<Record<string, unknown>> | undefined = {};
  let last = new URLSearchParams();
  let isBroken = false;

  const server = createServer(async (request, response) => {
    const send = (body: object) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    const { pathname, searchParams } = new URL(request.url ?? '', issuer);
    if (isBroken) return response.writeHead(503).end();
    if (pathname.startsWith('/.well-known/')) {
      return send({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    }
    if (pathname === '/keys') return send({ keys: [jwk] });
    if (pathname === '/authorize') {
      last = searchParams;
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('state', searchParams.get('state') ?? '');
      back.searchParams.set(...((claims ? ['code', 'code'] : ['error', 'access_denied']) as [string, string]));
      return response.writeHead(302, { location: back.href }).end();
    }
    let body = '';
    for await (const part of request) body += part;
    const verifier = new URLSearchParams(body).get('code_verifier') ?? '';
    assert.equal(createHash('sha256').update(verifier).digest('base64url'), last.get('code_challenge'));
    const token = await new SignJWT({
      ...{ iss: issuer, aud: 'hwanbul', sub: 'somebody', nonce: last.get('nonce') },
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    return send({ access_token: 'access', token_type: 'Bearer', expires_in: 300, id_token: token });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    settings: { issuer, clientId: 'hwanbul', clientSecret: 'secret', name: 'Example SSO' },
    knows(next) {
      claims = next;
    },
    asked(parameters) {
      last = parameters;
    },
    answers(isAnswering) {
      isBroken = !isAnswering;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
