import { createHash } from 'node:crypto';

/**
 * So many of them as the seed chooses. Each has its own place in the order, so that one more or one less in the sources
 * leaves the rest of a sample as it was.
 */
export function sampleOf<T extends { readonly id: string }>(
  all: readonly T[],
  size: number,
  seed: number,
): readonly T[] {
  const rankOf = ({ id }: T): string => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  return all
    .map((each) => ({ each, rank: rankOf(each) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ each }) => each);
}
