import { repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { refusingOutages } from '../../platform/errors/unavailable.ts';
import type { CertificationOutcome, CertificationRequest, PersonToCertify } from '../../port/certification.ts';
import type { Channel } from '../merchants/channels.ts';
import { askUntilClear } from '../operations/ask-until-clear.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import { newImpUid } from '../payments/identifier.ts';
import type { CertificationRow } from '../records/certification.ts';
import { type CertificationParts, callTo, certificationsOf } from './parts.ts';

export interface NewCertification {
  readonly channel: Channel;
  readonly person: PersonToCertify;
  readonly method: CertificationRequest['method'];
  readonly merchantUid: string | null;
  readonly company: string | null;
  /** `bypass` of the request, read as JSON. */
  readonly bypass: Readonly<Record<string, unknown>>;
}

/**
 * POST /certifications/otp/request. A row is there before the provider is asked, and nothing of the person is in it: a repeat
 * after a lost answer is this request's own, with the same key, for which the provider sends one code. What it refuses leaves
 * no row behind; what stays unclear leaves one that nobody is told of, and that holds no personal data.
 */
export async function requestCertification(
  parts: CertificationParts,
  deadline: Deadline,
  asked: NewCertification,
): Promise<CertificationRow> {
  const { channel, person, method, company } = asked;
  refuseUnsupported(asked);
  await parts.crashPoints.reach('before_reservation');
  const startedAt = parts.clocks.of(channel.merchantId).now();
  const made = await refusingOutages(() => insertCertification(parts, asked, startedAt));
  await parts.crashPoints.reach('after_reservation');
  const request: CertificationRequest = { orderId: made.imp_uid, person, method, company };
  // The same key on every repeat: the provider answers it as it did the first time.
  const key = newOperationId(parts.clock.now());
  const outcome = await askUntilClear(deadline, {
    send: (isRepeat) =>
      certificationsOf(channel).request(callTo(parts, channel, deadline, { key, startedAt, isRepeat }), request),
  });
  await parts.crashPoints.reach('after_answer');
  if (outcome.kind === 'unclear') throw new Refusal('certification_in_doubt');
  if (outcome.kind !== 'confirmed') {
    await repeatDuringOutage(() => forget(parts, made), deadline.leftMs);
    throw outcome.kind === 'never_sent' ? new Refusal('certification_unreachable') : refusalOf(outcome);
  }
  const waiting = await repeatDuringOutage(
    () => noteRequested(parts, made, outcome.result.gatewayTid),
    deadline.leftMs,
  );
  await parts.crashPoints.reach('after_settlement');
  return waiting;
}

function refuseUnsupported({ channel, method, merchantUid, bypass }: NewCertification): void {
  const { provider, access } = channel;
  const { byRequest, methods, bypass: wanted } = certificationsOf(channel);
  if (byRequest === 'unsupported' || (byRequest === 'undocumented' && access.mode === 'live')) {
    throw new Refusal('certification_not_supported', { provider });
  }
  if (!methods.includes(method)) {
    const expected = `${provider}: ${methods.map((each) => each.toUpperCase()).join(', ')}`;
    throw new Refusal('parameter_invalid', { name: 'verification_method', expected });
  }
  if (!wanted) return;
  const given = bypass[wanted.name];
  const fields = typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
  const missing = wanted.required.find((name) => typeof fields[name] !== 'string' || fields[name] === '');
  if (missing) throw new Refusal('parameter_missing', { name: `bypass[${wanted.name}][${missing}]` });
  if (merchantUid !== null && !/^[A-Za-z0-9]*$/.test(merchantUid)) {
    throw new Refusal('parameter_invalid', { name: 'merchant_uid', expected: '영문자와 숫자' });
  }
}

async function insertCertification(
  { database }: CertificationParts,
  { channel, merchantUid, method }: NewCertification,
  now: Date,
): Promise<CertificationRow> {
  const [row] = await database.query<CertificationRow>(
    `insert into certifications (merchant_id, channel_id, imp_uid, merchant_uid, provider, method, state, created_at)
     values ($1, $2, $3, $4, $5, $6, 'requested', $7) returning *`,
    [channel.merchantId, channel.id, newImpUid('window'), merchantUid, channel.provider, method, now],
  );
  if (!row) throw new Error('a certification was not written');
  return row;
}

async function forget({ database }: CertificationParts, { merchant_id, id }: CertificationRow): Promise<void> {
  await database.query(`delete from certifications where merchant_id = $1 and id = $2 and state = 'requested'`, [
    merchant_id,
    id,
  ]);
}

async function noteRequested(
  { database }: CertificationParts,
  { merchant_id, id }: CertificationRow,
  gatewayTid: string,
): Promise<CertificationRow> {
  const [row] = await database.query<CertificationRow>(
    `update certifications set state = 'waiting', pg_tid = $3
     where merchant_id = $1 and id = $2 and state in ('requested', 'waiting') returning *`,
    [merchant_id, id, gatewayTid],
  );
  if (!row) throw new Refusal('certification_not_found');
  return row;
}

function refusalOf({ message, reason }: Extract<CertificationOutcome<never>, { readonly kind: 'refused' }>): Refusal {
  return new Refusal(reason === 'person_not_found' ? 'certification_person_not_found' : 'certification_refused', {
    reason: message,
  });
}
