import { jsonAnswer, type SimulatorAnswer, type SimulatorContext } from '../../../simulators/definition.ts';
import { storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import { kiccDay } from '../wire/day.ts';
import { lengthMax } from '../wire/text.ts';
import { bodyOf, failure, fieldsOf, KiccRefusal } from './protocol.ts';

/** A request that was written just before midnight is still one of its day. */
const onItsWayMs = 60_000;

/** The fields of an answer. `resultLater`: what will be answered when the result is asked for; it is not sent. */
export type KiccFields = Readonly<Record<string, unknown>> & {
  readonly resultLater?: Readonly<Record<string, unknown>>;
};

/**
 * What all of KICC's changes have in common: an id that is taken once a day, the day of the request, and the first answer
 * kept under both, for the status query. A refusal keeps its id used too (inferred).
 */
export function kiccOperation(
  dayField: 'cancelReqDate' | 'shopReqDate' | 'approvalReqDate' | 'removeReqDate',
  work: (context: SimulatorContext) => KiccFields,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const { book, now } = context;
    const day = kiccDay(now);
    const asked = attempt(context, () => {
      const body = bodyOf(context);
      const id = body.text('shopTransactionId', lengthMax.shopTransactionId);
      const asked = body.text(dayField, 8, /^\d{8}$/);
      if (asked !== day && asked !== kiccDay(new Date(now.getTime() - onItsWayMs))) throw new KiccRefusal('Z104');
      return { id, isQuery: body.optionalText('refundQueryFlag', 1) === 'Y' };
    });
    if ('resCd' in asked) return jsonAnswer(200, asked);
    const { id, isQuery } = asked;
    if (isQuery) return jsonAnswer(200, resultOfRefund(context, id, day));
    if (requestAnswer(context, id, day)) return jsonAnswer(200, { ...failure('Z103'), shopTransactionId: id });
    const fields = attempt(context, () => work(context));
    const answer = { resCd: '0000', ...fields, ...echoOf(context) };
    storeAnswer(book, keyOf(context, day, id), { status: 200, body: JSON.stringify(answer) }, now);
    return jsonAnswer(200, withoutLater(answer));
  };
}

/** KICC's answer to a request of that day, whether it was done or refused. */
export function requestAnswer(context: SimulatorContext, id: string, day: string): Record<string, unknown> | undefined {
  const stored = storedRequest(context, id, day);
  return stored && withoutLater(stored);
}

/** The result of a real-time refund that was not known in time. Once it was asked for, the status query tells it as well. */
function resultOfRefund(context: SimulatorContext, id: string, day: string): Record<string, unknown> {
  const stored = storedRequest(context, id, day);
  if (!stored) return failure('Z301');
  if (!stored.resultLater) return stored;
  const result = { resCd: '0000', ...stored.resultLater, ...echoOf(context) };
  storeAnswer(context.book, keyOf(context, day, id), { status: 200, body: JSON.stringify(result) }, context.now);
  return result;
}

function storedRequest(context: SimulatorContext, id: string, day: string): KiccFields | undefined {
  const stored = storedAnswer(context.book, keyOf(context, day, id), new Date(0));
  return stored && (JSON.parse(stored.body) as KiccFields);
}

function withoutLater(fields: KiccFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'resultLater'));
}

/** What a request said of itself; an answer repeats it. */
function echoOf({ request }: SimulatorContext): Readonly<Record<string, unknown>> {
  const { mallId, shopTransactionId, shopOrderNo, pgCno } = fieldsOf(request);
  return {
    mallId,
    shopTransactionId,
    ...(shopOrderNo !== undefined && { shopOrderNo }),
    ...(pgCno !== undefined && { oriPgCno: pgCno }),
  };
}

function attempt<T extends object>({ book }: SimulatorContext, work: () => T): T | ReturnType<typeof failure> {
  try {
    return book.undoable(work);
  } catch (error) {
    if (error instanceof KiccRefusal) return failure(error.code);
    throw error;
  }
}

function keyOf({ caller }: SimulatorContext, day: string, id: string) {
  return { mid: caller.mid, scope: day, key: id };
}
