import type { GatewayCall } from '../../../port/call.ts';
import type { CertificationOutcome, Certifications, CertifiedPerson } from '../../../port/certification.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { isRefusal, parseJson, signatureHeader, signStandIn } from '../../stand-in/wire/protocol.ts';
import { identityCodes, isIdentityCode } from '../wire/codes.ts';
import { type CertifiedMessage, identityPaths, readers } from '../wire/protocol.ts';
import { type IdentityProvider, identityProviders } from '../wire/providers.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

/** Of kcp_v2, for a request by API. Source: i'mport's documentation. */
const kcpBypass = { name: 'kcpV2', required: ['media_type'] } as const;

/** The stand-in exists in sandboxes only. On a live channel nothing is sent. */
export function createCertifications(provider: IdentityProvider): Certifications {
  const { byRequest, inWindow, methods } = identityProviders[provider];
  return {
    byRequest: byRequest ? 'undocumented' : 'unsupported',
    inWindow: inWindow ? 'undocumented' : 'unsupported',
    methods,
    ...(provider === 'kcp_v2' ? { bypass: kcpBypass } : {}),

    async request(call, { orderId, person, method, company }) {
      const message = {
        requestId: call.idempotencyKey,
        orderId,
        person,
        method,
        company: company?.slice(0, 100) ?? null,
      };
      return outcomeOf(await send(call, identityPaths.request, message), (answer) =>
        readers.requested.Check(answer) ? { gatewayTid: answer.transactionId } : undefined,
      );
    },

    async confirm(call, { orderId, gatewayTid, code }) {
      const message = { requestId: call.idempotencyKey, orderId, transactionId: gatewayTid, code };
      return outcomeOf(await send(call, identityPaths.confirm, message), (answer) =>
        readers.confirmed.Check(answer) && answer.person.transactionId === gatewayTid
          ? personOf(answer.person)
          : undefined,
      );
    },

    async inquire(call, orderId) {
      const result = await send(call, identityPaths.inquire, { orderId });
      if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
      const answer = result.status === 200 ? parseJson(result.text) : undefined;
      if (!readers.found.Check(answer)) return { kind: 'unknown', why: `no readable answer (HTTP ${result.status})` };
      if (answer.state !== 'certified') return { kind: answer.state };
      return answer.person
        ? { kind: 'certified', person: personOf(answer.person) }
        : { kind: 'unknown', why: 'a certification without a person' };
    },
  };
}

async function send(
  call: GatewayCall,
  path: string,
  message: Readonly<Record<string, unknown>>,
): Promise<GatewayHttpResult> {
  const { channel, http, timeLimitMs } = call;
  if (channel.mode === 'live') return { kind: 'never_sent', why: "the provider's protocol is not public" };
  const body = JSON.stringify({ mid: channel.mid, ...message });
  return http.send({
    method: 'POST',
    url: channel.baseUrl + path,
    headers: {
      'content-type': 'application/json',
      [signatureHeader]: signStandIn(standInSecretOf(channel.credentials), path, body),
    },
    body,
    charset: 'utf-8',
    timeLimitMs,
  });
}

function outcomeOf<T>(result: GatewayHttpResult, read: (answer: unknown) => T | undefined): CertificationOutcome<T> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = parseJson(result.text);
  if (isRefusal(answer) && (result.status === 200 || result.status === 401)) {
    const { resultCode: code, resultMessage: message } = answer;
    return { kind: 'refused', code, message, reason: isIdentityCode(code) ? identityCodes[code].reason : 'other' };
  }
  const done = result.status === 200 ? read(answer) : undefined;
  return done === undefined
    ? { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` }
    : { kind: 'confirmed', result: done };
}

function personOf({ transactionId, certifiedAt, ...person }: CertifiedMessage): CertifiedPerson {
  return { ...person, gatewayTid: transactionId, certifiedAt: new Date(certifiedAt * 1000) };
}
