import { createHmac, randomBytes } from 'node:crypto';

export const signatureHeader = 'x-hwanbul-signature';

/** 32 random bytes. The prefix lets a person, and a scanner of repositories, tell what it is. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`;
}

/**
 * `t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.BODY` with the merchant's secret. The time is signed with the body, so that a
 * receiver can refuse what somebody has recorded and plays again later. The real server signs nothing; this form is ours.
 */
export function signBody(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
