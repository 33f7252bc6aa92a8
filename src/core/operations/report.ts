import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { RefusalCategory } from '../../port/outcome.ts';
import type { Operation } from '../records/operation.ts';
import type { OperationState } from '../records/operation-states.ts';
import type { Payment } from '../records/payment.ts';
import { paymentOf, type Subject } from '../records/subject.ts';
import { readSubject } from './context.ts';
import type { OperationKind } from './kind.ts';

/** How an operation stands when the caller is answered. */
export interface OperationReport {
  readonly operationId: string;
  readonly state: OperationState;
  readonly code: string | null;
  readonly message: string | null;
  /** Why the gateway refused, in our words; `null` when it did not. */
  readonly category: RefusalCategory | null;
  /** As it is then. */
  readonly subject: Subject;
  /** The operation that this ending has begun. */
  readonly followUpId: string | null;
}

/** How an operation stands by our book. The operation must exist. */
export async function reportOfOperation(
  database: Database,
  merchantId: bigint,
  operationId: string,
): Promise<OperationReport> {
  const [operation] = await database.query<Operation>('select * from operations where merchant_id = $1 and id = $2', [
    merchantId,
    operationId,
  ]);
  const subject = operation && (await readSubject(database, operation));
  if (!subject) throw new Error('an operation that was begun is not there');
  return {
    operationId: operation.id,
    state: operation.state,
    code: operation.gateway_code,
    message: operation.gateway_message,
    category: operation.gateway_category,
    subject,
    followUpId: null,
  };
}

/** What the caller of an operation is told: the payment when it is done or taken for good, else a refusal. */
export function paymentOfReport(report: OperationReport, kind: RefusingKind): Payment {
  return paymentOf(subjectOfReport(report, kind));
}

type RefusingKind = Pick<OperationKind<GatewayOperation>, 'refusal' | 'doubt'>;

/** What it was about when it is done or taken for good, else a refusal. */
export function subjectOfReport(report: OperationReport, { refusal, doubt }: RefusingKind): Subject {
  const operation = { id: report.operationId, state: report.state };
  switch (report.state) {
    case 'confirmed':
    case 'accepted':
      return report.subject;
    case 'refused':
      throw new Refusal(refusal, { reason: report.message ?? '' }, report.category, operation);
    case 'unsent':
      throw new Refusal('gateway_unreachable', {}, null, operation);
    case 'requested':
    case 'sent':
    case 'in_doubt':
      throw new Refusal(doubt, { id: report.operationId }, null, { ...operation, state: 'in_doubt' });
  }
}
