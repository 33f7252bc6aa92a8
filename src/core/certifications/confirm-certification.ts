import { repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { refusingOutages } from '../../platform/errors/unavailable.ts';
import type { CertificationFound, CertificationOutcome, CertifiedPerson } from '../../port/certification.ts';
import { createDeadline, type Deadline, shortestCallMs } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import { databaseTimeSql, databaseTimeToCompareSql } from '../operations/leases.ts';
import { type Certification, type CertificationRow, certificationOrderIdOf } from '../records/certification.ts';
import { encryptPerson, openCertification } from './kept-person.ts';
import { type CertificationParts, callTo, certificationsOf, pause, readCertification } from './parts.ts';

/**
 * POST /certifications/otp/confirm/{imp_uid}. One confirmation at a time: the first claims the row by one statement, the others
 * wait for it. A code is never written down, so that a lost answer is cleared up by asking the provider, never by sending the
 * code again. A confirmation that finds an earlier one cleared up as a success answers with it.
 */
export async function confirmCertification(
  parts: CertificationParts,
  deadline: Deadline,
  merchantId: bigint,
  impUid: string,
  code: string | null,
): Promise<Certification> {
  const claimed = await claim(parts, deadline, merchantId, impUid, code);
  if (claimed.row.state === 'certified') return claimed;
  await parts.crashPoints.reach('after_reservation');
  return confirmClaimed(parts, deadline, claimed.row, code);
}

/** The row as this confirmation has it, or as it was cleared up on the way. Throws a refusal where there is nothing to confirm. */
async function claim(
  parts: CertificationParts,
  deadline: Deadline,
  merchantId: bigint,
  impUid: string,
  code: string | null,
): Promise<Certification> {
  const wait = createDeadline(parts.clock, Math.min(parts.turnWaitMs, deadline.leftMs()));
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 250)) {
    const row = await refusingOutages(() => readCertification(parts, merchantId, impUid));
    switch (row.state) {
      case 'certified':
        throw new Refusal('certification_done_before');
      case 'over':
      case 'requested':
        throw new Refusal('certification_over');
      case 'waiting': {
        if (row.method === 'sms' && code === null) throw new Refusal('parameter_missing', { name: 'otp' });
        await parts.crashPoints.reach('before_reservation');
        const claimed = await refusingOutages(() => claimWaiting(parts, deadline, row));
        if (claimed) return { row: claimed, person: null };
        break;
      }
      case 'confirming': {
        const cleared = await clearUp(parts, deadline, row);
        if (cleared?.row.state === 'certified') return cleared;
        if (cleared && cleared.row.state !== 'confirming') continue;
      }
    }
    if (wait.leftMs() < pauseMs) throw new Refusal('certification_busy');
    await pause(pauseMs);
  }
}

async function claimWaiting(
  { database, clock, leases }: CertificationParts,
  deadline: Deadline,
  { merchant_id, id }: CertificationRow,
): Promise<CertificationRow | undefined> {
  const [claimed] = await database.query<CertificationRow>(
    `update certifications set state = 'confirming', attempt = $3, busy_until = ${databaseTimeSql('$4')}
     where merchant_id = $1 and id = $2 and state = 'waiting' returning *`,
    [merchant_id, id, newOperationId(clock.now()), leases.until(deadline.leftMs())],
  );
  return claimed;
}

async function confirmClaimed(
  parts: CertificationParts,
  deadline: Deadline,
  row: CertificationRow,
  code: string | null,
): Promise<Certification> {
  const channel = await parts.channels.byId(row.channel_id);
  const { attempt: key, pg_tid: gatewayTid } = row;
  if (key === null || gatewayTid === null) throw new Error('a certification that is confirmed was never requested');
  const confirmation = { orderId: certificationOrderIdOf(row), gatewayTid, code };
  const call = callTo(parts, channel, deadline, { key, startedAt: row.created_at });
  const outcome = await sendSafely(parts, () => certificationsOf(channel).confirm(call, confirmation));
  await parts.crashPoints.reach('after_answer');
  switch (outcome.kind) {
    case 'confirmed':
      return settled(parts, deadline, row, outcome.result);
    case 'never_sent':
      await repeatDuringOutage(() => giveBack(parts, row, 'waiting'), deadline.leftMs);
      throw new Refusal('certification_unreachable');
    case 'refused':
      return refused(parts, deadline, row, outcome);
    case 'unclear':
      return clearedUp(parts, deadline, row);
  }
}

async function settled(
  parts: CertificationParts,
  deadline: Deadline,
  row: CertificationRow,
  person: CertifiedPerson,
): Promise<Certification> {
  const certified = await repeatDuringOutage(() => writeCertified(parts, row, person), deadline.leftMs);
  await parts.crashPoints.reach('after_settlement');
  return openCertification(parts.encryption, certified);
}

async function refused(
  parts: CertificationParts,
  deadline: Deadline,
  row: CertificationRow,
  { reason, message }: Extract<CertificationOutcome<never>, { readonly kind: 'refused' }>,
): Promise<Certification> {
  // An earlier confirmation, whose answer was lost, has arrived after all.
  if (reason === 'certified_before') return clearedUp(parts, deadline, row);
  await repeatDuringOutage(() => giveBack(parts, row, reason === 'over' ? 'over' : 'waiting'), deadline.leftMs);
  switch (reason) {
    case 'code_wrong':
      throw new Refusal('certification_code_wrong');
    case 'over':
      throw new Refusal('certification_over');
    case 'not_confirmed_in_app':
      throw new Refusal('certification_not_confirmed_in_app');
    default:
      throw new Refusal('certification_refused', { reason: message });
  }
}

/** The provider is asked until it says what became of the confirmation. */
async function clearedUp(parts: CertificationParts, deadline: Deadline, row: CertificationRow): Promise<Certification> {
  for (let pauseMs = 50; deadline.leftMs() > shortestCallMs; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    const found = await inquire(parts, deadline, row);
    const ended = found && (await endByInquiry(parts, deadline, row, found));
    if (ended?.row.state === 'certified') return ended;
    if (ended?.row.state === 'over') throw new Refusal('certification_over');
    // What the provider does not have yet may still be on its way; whoever asks next finds out.
    if (ended) throw new Refusal('certification_in_doubt');
    await pause(Math.min(pauseMs, deadline.leftMs()));
  }
  await repeatDuringOutage(() => letGo(parts, row), deadline.leftMs);
  throw new Refusal('certification_in_doubt');
}

/**
 * For whoever meets a confirmation that nobody works on any more: its process died, or its answer was lost. `undefined`:
 * somebody still does, or the provider can't be asked.
 */
export async function clearUp(
  parts: CertificationParts,
  deadline: Deadline,
  row: CertificationRow,
): Promise<Certification | undefined> {
  const { leases, database } = parts;
  const [taken] = await database.query<CertificationRow>(
    `update certifications set busy_until = ${databaseTimeSql('$4')}
     where merchant_id = $1 and id = $2 and state = 'confirming' and attempt = $3 and busy_until <= ${databaseTimeToCompareSql('$5')} returning *`,
    [
      row.merchant_id,
      row.id,
      row.attempt,
      leases.until(parts.settings.gatewayTimeoutMs + shortestCallMs),
      leases.until(0),
    ],
  );
  if (!taken) return undefined;
  const found = await inquire(parts, deadline, taken);
  const ended = found && (await endByInquiry(parts, deadline, taken, found));
  if (!ended) await letGo(parts, taken);
  return ended;
}

async function inquire(
  parts: CertificationParts,
  deadline: Deadline,
  row: CertificationRow,
): Promise<CertificationFound | undefined> {
  const channel = await parts.channels.byId(row.channel_id);
  const call = callTo(parts, channel, deadline, { key: row.attempt ?? '', startedAt: row.created_at });
  const found = await certificationsOf(channel).inquire(call, certificationOrderIdOf(row));
  return found.kind === 'unknown' ? undefined : found;
}

async function endByInquiry(
  parts: CertificationParts,
  deadline: Deadline,
  row: CertificationRow,
  found: CertificationFound,
): Promise<Certification | undefined> {
  switch (found.kind) {
    case 'certified':
      return settled(parts, deadline, row, found.person);
    case 'open':
      return ended(parts, await giveBack(parts, row, 'waiting'));
    case 'over':
    case 'not_found':
      return ended(parts, await giveBack(parts, row, 'over'));
    case 'unknown':
      return undefined;
  }
}

function ended({ encryption }: CertificationParts, row: CertificationRow): Certification {
  return openCertification(encryption, row);
}

async function sendSafely(
  { log }: CertificationParts,
  send: () => Promise<CertificationOutcome<CertifiedPerson>>,
): Promise<CertificationOutcome<CertifiedPerson>> {
  try {
    return await send();
  } catch (error) {
    log.error({ err: error }, 'a provider of certifications failed');
    return { kind: 'unclear', why: 'the adapter failed' };
  }
}

/** The row as it is then; who has ended it before is who counts. */
async function writeCertified(
  parts: CertificationParts,
  row: CertificationRow,
  person: CertifiedPerson,
): Promise<CertificationRow> {
  const [certified] = await parts.database.query<CertificationRow>(
    `update certifications set state = 'certified', attempt = null, busy_until = null, pg_tid = $4, person = $5, certified_at = $6
     where merchant_id = $1 and id = $2 and state = 'confirming' and attempt = $3 returning *`,
    [
      row.merchant_id,
      row.id,
      row.attempt,
      person.gatewayTid,
      encryptPerson(parts.encryption, row, person),
      person.certifiedAt,
    ],
  );
  return certified ?? readCertification(parts, row.merchant_id, row.imp_uid);
}

async function giveBack(
  parts: CertificationParts,
  row: CertificationRow,
  state: 'waiting' | 'over',
): Promise<CertificationRow> {
  const [given] = await parts.database.query<CertificationRow>(
    `update certifications set state = $4, attempt = null, busy_until = null
     where merchant_id = $1 and id = $2 and state = 'confirming' and attempt = $3 returning *`,
    [row.merchant_id, row.id, row.attempt, state],
  );
  return given ?? readCertification(parts, row.merchant_id, row.imp_uid);
}

async function letGo({ database, leases }: CertificationParts, row: CertificationRow): Promise<void> {
  await database.query(
    `update certifications set busy_until = ${databaseTimeSql('$4')}
     where merchant_id = $1 and id = $2 and state = 'confirming' and attempt = $3`,
    [row.merchant_id, row.id, row.attempt, leases.until(0)],
  );
}
