import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { GatewayCall } from '../../port/call.ts';
import type { Certifications } from '../../port/certification.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import type { CrashPoints } from '../operations/crash-points.ts';
import { type Deadline, shortestCallMs } from '../operations/deadline.ts';
import type { Leases } from '../operations/leases.ts';
import { callOutside, type QuestionParts } from '../operations/question.ts';
import type { CertificationRow } from '../records/certification.ts';

export interface CertificationParts extends QuestionParts {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly leases: Leases;
  readonly channels: Channels;
  readonly crashPoints: CrashPoints;
  readonly log: Log;
  /** How long a confirmation waits for another one of the same certification. */
  readonly turnWaitMs: number;
}

/** One request to the provider, under a key; what it answers is written down after it. */
export function callTo(
  parts: CertificationParts,
  channel: Channel,
  deadline: Deadline,
  asked: { readonly key: string; readonly startedAt: Date; readonly isRepeat?: boolean },
): GatewayCall {
  return callOutside(parts, channel, { ...asked, deadline, leavesMs: shortestCallMs });
}

export function certificationsOf({ gateway, provider }: Channel): Certifications {
  if (!gateway.certifications) throw new Error(`${provider} certifies nobody`);
  return gateway.certifications;
}

/** A certification of the merchant's; another merchant's is as unknown as one that does not exist. */
export async function readCertification(
  parts: CertificationParts,
  merchantId: bigint,
  impUid: string,
): Promise<CertificationRow> {
  const row = await lookForCertification(parts, merchantId, impUid);
  if (!row) throw new Refusal('certification_not_found');
  return row;
}

export async function lookForCertification(
  { database }: Pick<CertificationParts, 'database'>,
  merchantId: bigint,
  impUid: string,
): Promise<CertificationRow | undefined> {
  const [row] = await database.query<CertificationRow>(
    'select * from certifications where merchant_id = $1 and imp_uid = $2',
    [merchantId, impUid],
  );
  return row;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
