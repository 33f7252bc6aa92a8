/**
 * Runs steps one after the other. One that fails, for want of a right to make tables for example, keeps none of the others from its
 * work; the first failure is thrown when all have had their turn.
 */
export async function everyStep(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
