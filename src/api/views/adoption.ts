import { Type } from 'typebox';
import type { AdoptedThing, AdoptionResult } from '../../core/reconciliation/adopt.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import { adoptionRefusals, adoptionRefusalText } from '../../rules/reconciliation/adoption-refusals.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, TextOrNull, UnixTime } from './fields.ts';

const AdoptedThingView = Type.Object({
  type: Type.Enum(['payment', 'cancellation']),
  transaction_id: Type.String({ description: "The gateway's id." }),
  amount: Type.Number(),
  at: UnixTime,
  cancellation_id: Type.Union([Type.String(), Type.Null()], { description: 'Of a cancellation that was adopted.' }),
});

export const AdoptionView = Type.Object({
  dry_run: Type.Boolean({ description: 'Nothing was adopted.' }),
  list: Type.Array(
    Type.Object({
      order_id: Type.String(),
      imp_uid: TextOrNull,
      merchant_uid: TextOrNull,
      currency: TextOrNull,
      outcome: Type.Enum(['adoptable', 'adopted', 'already_here', 'refused', 'not_reached'], {
        description: '`not_reached`: the time of the request was up before. Ask again with those.',
      }),
      code: Type.Union([Type.Enum([...adoptionRefusals]), Type.Null()], { description: 'Why it is not adopted.' }),
      why: OrNull(Type.Object({ en: Type.String(), ko: Type.String() })),
      things: Type.Array(AdoptedThingView, {
        description: 'What the gateway has, by its look-up, and our book has (had) not.',
      }),
    }),
    { description: 'In the order in which they were asked for.' },
  ),
});

export type AdoptionAnswer = Answer<typeof AdoptionView>;

export function viewAdoption(isDryRun: boolean, results: readonly AdoptionResult[]): AdoptionAnswer {
  return { dry_run: isDryRun, list: results.map(viewResult) };
}

function viewResult(result: AdoptionResult): AdoptionAnswer['list'][number] {
  const { orderId: order_id, outcome } = result;
  const nothing = { imp_uid: null, merchant_uid: null, currency: null, code: null, why: null, things: [] };
  if (outcome === 'not_reached') return { ...nothing, order_id, outcome };
  if (outcome === 'refused') {
    const { code, about } = result;
    return { ...nothing, order_id, outcome, code, why: adoptionRefusalText(code, about) };
  }
  const { impUid: imp_uid, merchantUid: merchant_uid, currency } = result;
  const things = outcome === 'already_here' ? [] : result.things.map((thing) => viewThing(thing, currency));
  return { ...nothing, order_id, outcome, imp_uid, merchant_uid, currency, things };
}

function viewThing(thing: AdoptedThing, currency: string): AdoptionAnswer['list'][number]['things'][number] {
  return {
    type: thing.type,
    transaction_id: thing.gatewayTid,
    amount: amountNumber(thing.amountMinor, currency),
    at: unixSeconds(thing.at),
    cancellation_id: thing.cancellationId,
  };
}
