import type { Fault, FaultStep } from '../../simulators/faults.ts';
import type { Latency } from '../../simulators/latency.ts';
import type { FaultAnswer, FaultStepAnswer } from '../views/fault.ts';

export function viewFault(fault: Fault, provider: string): FaultAnswer {
  const [first] = fault.steps;
  return {
    id: fault.id,
    pg_provider: provider,
    operation: fault.operation,
    ...viewStep(fault.isScript || !first ? { kind: 'pass' } : first),
    kind: fault.isScript ? 'script' : (first?.kind ?? 'slow'),
    script: fault.isScript ? fault.steps.map(viewStep) : null,
    count: fault.remaining,
    struck: fault.struck,
    probability: fault.probability,
    seed: fault.seed,
    amount_min: fault.amountFromMinor === null ? null : Number(fault.amountFromMinor),
    amount_max: fault.amountToMinor === null ? null : Number(fault.amountToMinor),
    card_prefix: fault.cardPrefix,
    card_suffix: fault.cardSuffix,
    imp_uid: fault.orderId,
  };
}

function viewStep(step: FaultStep): FaultStepAnswer {
  return {
    kind: step.kind,
    delay_ms: step.delayMs ?? null,
    latency: step.latency ? viewLatency(step.latency) : null,
    code: step.code ?? null,
    message: step.message ?? null,
  };
}

function viewLatency(latency: Latency): { distribution: string } & Record<string, unknown> {
  switch (latency.distribution) {
    case 'fixed':
      return latency;
    case 'uniform':
      return { distribution: latency.distribution, min_ms: latency.minMs, max_ms: latency.maxMs };
    case 'exponential':
      return { distribution: latency.distribution, mean_ms: latency.meanMs, cap_ms: latency.capMs };
  }
}
