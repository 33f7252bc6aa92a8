import { Type } from 'typebox';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, TextOrNull } from './fields.ts';

const LatencyView = Type.Object({ distribution: Type.String() }, { additionalProperties: true });
const StepView = Type.Object({
  kind: Type.String(),
  delay_ms: OrNull(Type.Integer()),
  latency: OrNull(LatencyView),
  code: TextOrNull,
  message: TextOrNull,
});

/** A fault that was asked for and has not run out. */
export const FaultView = Type.Object({
  id: Type.String(),
  pg_provider: Type.String(),
  operation: Type.String(),
  ...StepView.properties,
  kind: Type.String({ description: '`script` for a script.' }),
  script: OrNull(Type.Array(StepView)),
  count: Type.Integer({ description: 'How often it still strikes; of a script, how many answers are left.' }),
  struck: Type.Integer({ description: 'How often it has struck.' }),
  probability: Type.Number(),
  seed: Type.String(),
  amount_min: OrNull(Type.Integer()),
  amount_max: OrNull(Type.Integer()),
  card_prefix: TextOrNull,
  card_suffix: TextOrNull,
  imp_uid: TextOrNull,
});

export const FaultListView = Type.Object({ list: Type.Array(FaultView) });

/** One that was taken back. */
export const ClearedFaultView = Type.Object({ id: Type.String() });

export type FaultStepAnswer = Answer<typeof StepView>;
export type FaultAnswer = Answer<typeof FaultView>;
export type FaultListAnswer = Answer<typeof FaultListView>;
