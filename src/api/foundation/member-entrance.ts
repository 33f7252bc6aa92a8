import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Member } from '../../core/members/member.ts';
import type { AuditBeginning, AuditDetails, AuditEnd, MemberAudit } from '../../core/members/member-audit.ts';
import type { Permission } from '../../core/members/permissions.ts';
import { isCsrfOf, type Session } from '../../core/members/sessions.ts';
import type { Merchant } from '../../core/merchants/merchants.ts';
import type { Asker } from '../../core/operations/carry-out.ts';
import { isDatabaseOutage } from '../../platform/database/transient-errors.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { refusalOf } from './refusal-of.ts';
import { requireOwnPage, sessionTokenOf } from './session-cookie.ts';
import { actingStore, tierCodeOf } from './tier.ts';
import { tokenOf } from './token.ts';

/** What lets members in. Without it a server knows tokens only. */
export interface MemberEntrance {
  findSession(token: string): Promise<Session | undefined>;
  readonly audit: Pick<MemberAudit, 'begin' | 'end' | 'note'>;
}

/** What of an operation's description says who may do it. */
export interface OperationForMembers {
  readonly method: string;
  readonly operationId: string;
  readonly permission?: Permission;
  readonly onlyMembers?: true;
  readonly ignoresTier?: true;
  readonly isAudited?: true;
  readonly isForEnrolment?: true;
}

/** Moves money or gives rights: where the owner wants it, a proof of a while ago is not enough. */
const permissionsOfWeight: ReadonlySet<Permission> = new Set(['refund', 'approve', 'keys', 'members']);

/** What a member needs for an operation; `undefined`: no member may do it. */
export function permissionFor({ method, permission }: OperationForMembers): Permission | undefined {
  return permission ?? (method === 'GET' ? 'read' : undefined);
}

/** Whether a member may be asked to show the second factor again before it. */
export function mayNeedStepUp(operation: OperationForMembers): boolean {
  const permission = permissionFor(operation);
  return permission !== undefined && operation.method !== 'GET' && permissionsOfWeight.has(permission);
}

function changesSomething({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** The session of a request without a token: a token wins, since a program has put it there. */
export async function sessionOf(app: FastifyInstance, request: FastifyRequest): Promise<Session | undefined> {
  if (!app.memberEntrance || tokenOf(request) !== undefined) return undefined;
  const token = sessionTokenOf(request);
  return token === undefined ? undefined : app.memberEntrance.findSession(token);
}

/**
 * Lets a member in whose browser has shown its cookie: who it is, that a page of ours asks, that the role may do it, and for which
 * store. What is refused here is written down, too.
 */
export async function admitMember(
  app: FastifyInstance,
  request: FastifyRequest,
  definition: OperationForMembers,
  session: Session,
): Promise<Merchant> {
  const { member } = session;
  request.session = session;
  request.member = member;
  try {
    if (changesSomething(request)) requireOwnRequest(request, session);
    const permission = permissionFor(definition);
    if (permission === undefined || !member.permissions.includes(permission)) throw new Refusal('member_not_allowed');
    const { mustEnrol, stepUp, isFresh } = session.proof;
    if (mustEnrol && !definition.isForEnrolment) throw new Refusal('factor_enrolment_required');
    if (stepUp && !isFresh && mayNeedStepUp(definition) && isAudited(request, definition))
      throw new Refusal('step_up_required');
    return await storeOf(app, request, definition, session);
  } catch (error) {
    if (error instanceof Refusal && isAudited(request, definition)) {
      const { audit } = app.memberEntrance ?? {};
      await audit?.note(beginningOf(request, member, definition, {}), {
        outcome: 'refused',
        errorCode: error.errorCode,
      });
    }
    throw error;
  }
}

export function requireOwnRequest(request: FastifyRequest, session: Session): void {
  requireOwnPage(request);
  if (!isCsrfOf(session, request.headers['x-hwanbul-csrf'])) throw new Refusal('csrf_wrong');
}

async function storeOf(
  app: FastifyInstance,
  request: FastifyRequest,
  { ignoresTier, onlyMembers }: OperationForMembers,
  { member: { tiers }, merchant }: Session,
): Promise<Merchant> {
  // What only members have is about themselves.
  if (onlyMembers) return merchant;
  const code = ignoresTier ? '' : tierCodeOf(request);
  if (tiers !== null && !tiers.includes(code)) throw new Refusal('member_tier_not_allowed');
  return ignoresTier ? merchant : actingStore(app.findSubStore, merchant, request);
}

/** A lookup by POST is one all the same. */
function isAudited(request: FastifyRequest, definition: OperationForMembers): boolean {
  if (definition.isAudited) return true;
  return changesSomething(request) && request.routeOptions.config.isLookup !== true;
}

/** Writes what a member does before it is done, and what came of it before it is told. */
export async function audited<Result>(
  app: FastifyInstance,
  request: FastifyRequest,
  definition: OperationForMembers,
  named: Readonly<Record<'params' | 'body', object>>,
  work: (details: AuditDetails[]) => Promise<Result>,
  refusalIn: (result: Result) => Refusal | undefined,
): Promise<Result> {
  const { member } = request;
  const { audit } = app.memberEntrance ?? {};
  const details: AuditDetails[] = [];
  if (!member || !audit || !isAudited(request, definition)) return work(details);
  const beginning = beginningOf(request, member, definition, { ...named.body, ...named.params });
  const id = await audit.begin(beginning).catch((error: unknown) => {
    throw isDatabaseOutage(error) ? new Refusal('database_unavailable') : error;
  });
  const end = async (how: AuditEnd): Promise<void> => {
    try {
      await audit.end(member, id, { ...Object.assign({}, ...details), ...how });
    } catch (error) {
      // It is done, and the row says that it was begun.
      request.log.error({ err: error }, "what came of a member's request was not written");
    }
  };
  try {
    const result = await work(details);
    await end(endOf(refusalIn(result)));
    return result;
  } catch (error) {
    const refusal = refusalOf(error, false);
    await end(refusal ? endOf(refusal) : { outcome: 'failed', errorCode: 'internal_error' });
    throw error;
  }
}

function endOf(refusal: Refusal | undefined): AuditEnd {
  if (!refusal) return { outcome: 'done' };
  const { errorCode } = refusal;
  return { outcome: errorCode.endsWith('_in_doubt') ? 'in_doubt' : 'refused', errorCode };
}

/** Ids of ours and of the shop's, never what may be secret. */
const idNames = /^(imp_uid|merchant_uid|customer_uid|id|[a-z_]+_id|tier_code|email)$/;
const idLengthMax = 120;

function beginningOf(
  request: FastifyRequest,
  member: Member,
  { operationId }: OperationForMembers,
  values: object,
): AuditBeginning {
  const ids = Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string] => idNames.test(entry[0]) && typeof entry[1] === 'string' && entry[1] !== '',
    ),
  );
  const cut = Object.fromEntries(Object.entries(ids).map(([name, value]) => [name, value.slice(0, idLengthMax)]));
  return {
    member,
    tierCode: tierCodeOf(request).slice(0, 20) || null,
    operation: operationId,
    subject: cut.imp_uid ?? cut.id ?? Object.values(cut)[0] ?? null,
    ids: cut,
    address: request.ip,
  };
}

/** As the audit of an operation names the member who has asked for it. */
export function askerOf({ email }: Member): Asker {
  return { by: `member:${email}`, why: 'asked for in the console' };
}

/** The name that goes down as whoever has decided something: a member's address, or what a program says. */
export function actorOf({ member }: { readonly member: Member | undefined }, said: string | undefined): string {
  const actor = member?.email ?? said;
  if (!actor) throw new Refusal('parameter_missing', { name: 'actor' });
  return actor;
}
