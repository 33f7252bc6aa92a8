/**
 * When whoever answers requests was last heard of, in nanoseconds of the system's monotonic clock (`process.hrtime.bigint()`), which all
 * threads and processes of a machine share; of several, the one that has been silent longest. `undefined`: nobody is there.
 */
export type Pulse = () => bigint | undefined;

/** How often whoever answers requests lets itself be heard of. */
export const pulseIntervalMs = 1_000;

/** Where the process is between its start and its end. */
export type Phase = 'starting' | 'running' | 'ending';
const phases: readonly Phase[] = ['starting', 'running', 'ending'];

/**
 * What the thread of the port sees of the process without asking it, since one that is busy, or hangs, answers late or never: memory of
 * both. Each side makes its own of the same buffer.
 */
export interface VitalSigns {
  readonly buffer: SharedArrayBuffer;
  phase(): Phase;
  enter(phase: Phase): void;
  lastPulse(): bigint | undefined;
  note(pulse: bigint | undefined): void;
}

const [phaseAt, pulseAt] = [0, 1];
const nobody = 0n;

export function vitalSigns(buffer = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT)): VitalSigns {
  const cells = new BigInt64Array(buffer);
  return {
    buffer,
    phase: () => phases[Number(Atomics.load(cells, phaseAt))] ?? 'starting',
    enter: (phase) => void Atomics.store(cells, phaseAt, BigInt(phases.indexOf(phase))),
    lastPulse() {
      const pulse = Atomics.load(cells, pulseAt);
      return pulse === nobody ? undefined : pulse;
    },
    note: (pulse) => void Atomics.store(cells, pulseAt, pulse ?? nobody),
  };
}
