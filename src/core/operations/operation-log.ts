import type { Clock } from '../../platform/clock/clock.ts';
import type { Log } from '../../platform/logging/log.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import { type Fields, withFields } from '../../platform/tracing/scope.ts';
import { cancellationKinds, type Operation } from '../records/operation.ts';
import type { Subject } from '../records/subject.ts';
import type { OperationContext } from './context.ts';
import { timeOfOperationId } from './identifier.ts';
import type { OperationReport } from './report.ts';

/**
 * What the log tells of operations: one line when something has come of one (`outcome`: confirmed, accepted, refused, unsent), and a
 * warning when it was left in doubt. Every line about an operation has the same fields, so that it is found by whatever is known of it.
 */
export interface OperationLog {
  /** Does `work` with all that is told of the operation in each line of the log that is written meanwhile. */
  about<Result>(context: OperationContext, work: () => Result): Result;
  /** `by`: `api`, `recovery`, `notice`, or the person who said so. */
  ended(context: OperationContext, report: OperationReport, by: string, why: string): void;
  /** It had been done at the gateway, and our book has it (again) by a person's word. */
  adopted(about: LoggedOperation, by: string, why: string): void;
  /** Whoever asked is told that nobody knows; from here on recovery asks. */
  leftInDoubt(context: OperationContext, by: string, why: string): void;
  /** Where it has got to, for whoever looks closely. */
  step(context: OperationContext, message: string): void;
  /** Something else about it that a person should know, such as a defect on the way. */
  error(context: OperationContext, message: string, error: unknown): void;
  warn(context: OperationContext, message: string, more: object): void;
}

export interface LoggedOperation extends Pick<OperationContext, 'subject' | 'channel'> {
  readonly operation: Pick<Operation, 'id' | 'kind' | 'amount_minor'>;
}

const cancellations: ReadonlySet<string> = new Set(cancellationKinds);

export function createOperationLog({ log, clock }: { readonly log: Log; readonly clock: Clock }): OperationLog {
  function fieldsOf(context: LoggedOperation): object {
    const { operation, subject } = context;
    return {
      ...namesOf(context),
      // Under the name, too, that the API has for it.
      ...(cancellations.has(operation.kind) ? { cancellation_id: operation.id } : {}),
      ...amountFields(operation, subject),
    };
  }

  /** What a person asks for by name, and no more: such a line is about something else. */
  function namesOf({ operation, subject, channel }: LoggedOperation): Fields {
    return {
      kind: operation.kind,
      ...named(subject),
      merchant: channel.merchantName,
      operation: operation.id,
      gateway: channel.provider,
    };
  }

  /** Since the request, in real time: a sandbox's moved clock does not count. It may have been made by a server whose clock is ahead. */
  function durationMs({ operation }: OperationContext): number {
    return Math.max(0, clock.now().getTime() - timeOfOperationId(operation.id).getTime());
  }

  return {
    about: (context, work) => withFields(namesOf(context), work),
    ended(context, { state, code, category }, by, why) {
      const refusal = state === 'refused' ? { code, category } : {};
      log.info(
        { ...fieldsOf(context), outcome: state, ...refusal, by, why, durationMs: durationMs(context) },
        'an operation has ended',
      );
    },
    adopted(about, by, why) {
      log.info({ ...fieldsOf(about), outcome: 'confirmed', by, why }, 'an operation was adopted');
    },
    leftInDoubt(context, by, why) {
      log.warn(
        { ...fieldsOf(context), outcome: 'in_doubt', by, why, durationMs: durationMs(context) },
        'an operation is in doubt',
      );
    },
    step(context, message) {
      if (log.isLevelEnabled('debug')) log.debug(fieldsOf(context), message);
    },
    error(context, message, error) {
      log.error({ ...fieldsOf(context), err: error }, message);
    },
    warn(context, message, more) {
      log.warn({ ...fieldsOf(context), ...more }, message);
    },
  };
}

function named(subject: Subject): Fields {
  if (subject.type === 'billing_key') return { customer_uid: subject.billingKey.customer_uid };
  if (subject.type === 'external_receipt') return { merchant_uid: subject.receipt.merchant_uid };
  const { imp_uid, merchant_uid } = subject.payment;
  return { imp_uid, merchant_uid };
}

/** What moves no money has none. */
function amountFields({ amount_minor }: LoggedOperation['operation'], subject: Subject): object {
  if (subject.type === 'billing_key') return {};
  const { currency } = subject.type === 'external_receipt' ? subject.receipt : subject.payment;
  return { amount: amountNumber(amount_minor, currency), currency };
}
