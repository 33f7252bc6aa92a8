import { type Static, Type } from 'typebox';
import { Refusal } from '../../platform/errors/refusal.ts';
import {
  type FaultStep,
  faultKinds,
  faultLimits,
  faultOperations,
  type NewFault,
  scriptKinds,
} from '../../simulators/faults.ts';
import { type Latency, latencyMsMax } from '../../simulators/latency.ts';
import { AmountField, ChoiceField, IntegerField } from '../foundation/fields.ts';

const Milliseconds = (description?: string) =>
  IntegerField({ minimum: 0, maximum: latencyMsMax, ...(description === undefined ? {} : { description }) });
const minor = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const latencyFields = {
  fixed: ['ms'],
  uniform: ['min_ms', 'max_ms'],
  exponential: ['mean_ms', 'cap_ms'],
} as const;
const distributions = ['fixed', 'uniform', 'exponential'] as const;

const LatencyBody = Type.Object(
  {
    distribution: ChoiceField(distributions),
    ms: Type.Optional(Milliseconds('fixed')),
    min_ms: Type.Optional(Milliseconds('uniform')),
    max_ms: Type.Optional(Milliseconds('uniform')),
    mean_ms: Type.Optional(Milliseconds('exponential')),
    cap_ms: Type.Optional(Milliseconds('exponential: the longest')),
  },
  { description: 'Instead of `delay_ms`: drawn anew for each request, from the seed.' },
);

const stepFields = {
  delay_ms: Type.Optional(Milliseconds()),
  latency: Type.Optional(LatencyBody),
  code: Type.Optional(Type.String({ maxLength: 100 })),
  message: Type.Optional(Type.String({ maxLength: 500 })),
};
const StepBody = Type.Object({ kind: ChoiceField(scriptKinds), ...stepFields });

export const FaultBody = Type.Object({
  id: Type.Optional(
    Type.String({ maxLength: 100, description: 'Adding it again changes nothing. Default: a new one.' }),
  ),
  pg_provider: Type.Optional(
    Type.String({ description: 'Default tosspayments. `any`: every gateway, each counting by itself.' }),
  ),
  operation: ChoiceField([...faultOperations, 'any'] as const),
  kind: Type.Optional(
    ChoiceField(faultKinds, {
      description:
        '`lost_answer`: the gateway did it, and the answer never came. Left out with a `script`, or with a `latency` (`slow`).',
    }),
  ),
  ...stepFields,
  script: Type.Optional(
    Type.Array(StepBody, { description: 'Answers in their order, one per request; `pass` is an ordinary one.' }),
  ),
  count: Type.Optional(
    IntegerField({
      minimum: 1,
      maximum: faultLimits.count,
      description:
        'How many requests it strikes, or how often the script is played. Default 1; with a `probability`: no end.',
    }),
  ),
  probability: Type.Optional(AmountField({ description: 'From 0 to 1, for each request that fits. Default 1.' })),
  seed: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'The same seed and requests meet the same faults. Default: a random one.',
    }),
  ),
  amount: Type.Optional(
    IntegerField({ ...minor, description: 'Exactly this much, in the smallest unit of the currency.' }),
  ),
  amount_min: Type.Optional(IntegerField(minor)),
  amount_max: Type.Optional(IntegerField(minor)),
  card_prefix: Type.Optional(
    Type.String({ maxLength: 6, description: 'First digits of the card, as far as the gateway keeps them: six.' }),
  ),
  card_suffix: Type.Optional(Type.String({ maxLength: 4, description: 'Last digits of the card: up to four.' })),
  imp_uid: Type.Optional(Type.String({ maxLength: 40, description: 'Of one payment alone.' })),
});

/** What the control protocol of a simulator takes, for one merchant (`mid`) or for all. */
export function readFault(body: Static<typeof FaultBody>, mid: string | undefined): NewFault {
  const script = body.script?.length ? body.script.map(readStep) : undefined;
  if (!body.kind && !script && !body.latency) throw new Refusal('parameter_missing', { name: 'kind' });
  if (script && (body.kind || body.latency)) throw invalid('script', 'kind, latency 없이 단독으로 사용');
  if (script && script.length > faultLimits.scriptSteps) throw invalid('script', `${faultLimits.scriptSteps}개 이하`);
  if ((script?.length ?? 1) * (body.count ?? 1) > faultLimits.count)
    throw invalid('count', `${faultLimits.count} 이하`);
  const probability = body.probability === undefined ? undefined : Number(body.probability);
  if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
    throw invalid('probability', '0 이상 1 이하의 수');
  }
  if (body.amount !== undefined && (body.amount_min !== undefined || body.amount_max !== undefined)) {
    throw invalid('amount', 'amount_min, amount_max 없이 단독으로 사용');
  }
  const amountFrom = body.amount ?? body.amount_min;
  const amountTo = body.amount ?? body.amount_max;
  for (const name of ['card_prefix', 'card_suffix'] as const) {
    if (body[name] && !/^\d+$/.test(body[name])) throw invalid(name, '숫자');
  }
  return {
    operation: body.operation,
    ...(mid === undefined ? {} : { mid }),
    ...(body.id ? { id: body.id } : {}),
    ...(script ? { script } : readStep({ ...body, kind: body.kind ?? 'slow' })),
    ...(body.count === undefined ? {} : { count: body.count }),
    ...(probability === undefined ? {} : { probability }),
    ...(body.seed ? { seed: body.seed } : {}),
    ...(amountFrom === undefined ? {} : { amountFromMinor: BigInt(amountFrom) }),
    ...(amountTo === undefined ? {} : { amountToMinor: BigInt(amountTo) }),
    ...(body.card_prefix ? { cardPrefix: body.card_prefix } : {}),
    ...(body.card_suffix ? { cardSuffix: body.card_suffix } : {}),
    ...(body.imp_uid ? { orderId: body.imp_uid } : {}),
  } as NewFault;
}

function readStep(step: Static<typeof StepBody>): FaultStep {
  return {
    kind: step.kind,
    ...(step.delay_ms === undefined ? {} : { delayMs: step.delay_ms }),
    ...(step.latency ? { latency: readLatency(step.latency) } : {}),
    ...(step.code ? { code: step.code } : {}),
    ...(step.message ? { message: step.message } : {}),
  };
}

function readLatency(latency: Static<typeof LatencyBody>): Latency {
  const wanted: readonly string[] = latencyFields[latency.distribution];
  for (const [name, value] of Object.entries(latency)) {
    if (name !== 'distribution' && value !== undefined && !wanted.includes(name)) {
      throw invalid(`latency[${name}]`, `${latency.distribution}: ${wanted.join(', ')}`);
    }
  }
  const ms = (name: 'ms' | 'min_ms' | 'max_ms' | 'mean_ms' | 'cap_ms'): number => {
    const value = latency[name];
    if (value === undefined) throw new Refusal('parameter_missing', { name: `latency[${name}]` });
    return value;
  };
  switch (latency.distribution) {
    case 'fixed':
      return { distribution: 'fixed', ms: ms('ms') };
    case 'uniform':
      if (ms('min_ms') > ms('max_ms')) throw invalid('latency[min_ms]', 'max_ms 이하');
      return { distribution: 'uniform', minMs: ms('min_ms'), maxMs: ms('max_ms') };
    case 'exponential':
      return { distribution: 'exponential', meanMs: ms('mean_ms'), capMs: ms('cap_ms') };
  }
}

function invalid(name: string, expected: string): Refusal {
  return new Refusal('parameter_invalid', { name, expected });
}
