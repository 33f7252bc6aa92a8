import { QueryClient } from '@tanstack/react-query';
import { failureOf } from './failure.ts';

/** A question whose answer was lost is asked again; a refusal is an answer. What changes something is never repeated by itself. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        // Ours is a server in the same house more often than not: the browser's word that it is offline says little.
        networkMode: 'always',
        retry: (count, error) => failureOf(error).isLost && count < 2,
        retryDelay: (count) => 400 * 2 ** count,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
