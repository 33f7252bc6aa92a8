import fc from 'fast-check';
import { assertKeysAgree } from './key-system.ts';
import type { Reference } from './reference.ts';
import { assertBooksAgree, type System, settled } from './system.ts';

type Work<Parameters> = (reference: Reference, system: System, parameters: Parameters) => Promise<void>;

/** A step whose parameters are data, so that a failing sequence prints as something that can be read and run again. */
export function step<Parameters>(
  name: string,
  parameters: fc.Arbitrary<Parameters>,
  isPossible: (reference: Reference, parameters: Parameters) => boolean,
  work: Work<Parameters>,
): fc.Arbitrary<fc.AsyncCommand<Reference, System>> {
  return parameters.map((values) => ({
    check: (reference: Readonly<Reference>) => isPossible(reference, values),
    async run(reference: Reference, system: System) {
      await work(reference, system, values);
      await settled(system);
      await Promise.all([assertBooksAgree(reference, system), assertKeysAgree(reference.keys, system)]);
    },
    toString: () => `${name}(${fc.stringify(values)})`,
  }));
}
