import { Type } from 'typebox';
import type { Answer } from '../foundation/answer.ts';
import { TextOrNull } from './fields.ts';

/** A merchant's clock. */
export const ClockView = Type.Object({
  now: Type.Integer({ description: 'Seconds since 1970.' }),
  now_in_seoul: Type.String(),
  held: Type.Boolean({ description: 'false: the clock runs with real time.' }),
});

const HappeningView = Type.Object({
  at: Type.Integer(),
  kind: Type.String(),
  imp_uid: TextOrNull,
  pg_provider: TextOrNull,
  amount: Type.Union([Type.Number(), Type.Null()], { description: 'Of a refund; they are made in won.' }),
});

export const happenedMax = 1_000;

export const ClockMovedView = Type.Object({
  ...ClockView.properties,
  happened: Type.Array(HappeningView, { description: `What fell due, in its order; the first ${happenedMax}.` }),
  happened_count: Type.Integer(),
});

export type ClockAnswer = Answer<typeof ClockView>;
export type HappeningAnswer = Answer<typeof HappeningView>;
export type ClockMovedAnswer = Answer<typeof ClockMovedView>;
