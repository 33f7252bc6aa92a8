import {
  keepPreviousData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { type CallOptions, call, type Method, type Query } from './call.ts';
import { ApiFailure, isSaidAtTheDoor, isUnanswered, repeatAfterMs } from './failure.ts';

const whileMovingMs = 2_000;
const elseMs = 15_000;

export interface QuestionOptions {
  readonly isEnabled?: boolean;
  /** Keeps the answer to the last query on the screen until that to the new one is there. */
  readonly keepsLast?: boolean;
}

/** The answer to `GET path`. All questions with the same path and query share it. */
export function useAnswer<Answer>(
  path: string,
  query: Query = {},
  { isEnabled = true, keepsLast = false }: QuestionOptions = {},
): UseQueryResult<Answer, ApiFailure> {
  return useQuery<Answer, ApiFailure>({
    queryKey: [path, query],
    queryFn: ({ signal }) => call<Answer>('GET', path, { query, signal }),
    enabled: isEnabled,
    ...(keepsLast ? { placeholderData: keepPreviousData } : {}),
  });
}

/** As `useAnswer`, and asked again: every 2 seconds while something in the answer moves, every 15 else, never in a hidden tab. */
export function useMoving<Answer>(
  path: string,
  query: Query,
  isMoving: (answer: Answer) => boolean,
  { isEnabled = true }: QuestionOptions = {},
): UseQueryResult<Answer, ApiFailure> {
  return useQuery<Answer, ApiFailure>({
    queryKey: [path, query],
    queryFn: ({ signal }) => call<Answer>('GET', path, { query, signal }),
    enabled: isEnabled,
    refetchInterval: ({ state: { data } }) => (data !== undefined && isMoving(data) ? whileMovingMs : elseMs),
  });
}

/** A list that comes part by part. */
export interface Pages<Row> {
  readonly rows: readonly Row[];
  /** The first part as it came, with counts and the like. */
  readonly first: unknown;
  /** The last part so far, with how far it has looked and the like. */
  readonly last: unknown;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly isLoadingMore: boolean;
  readonly failure: ApiFailure | null;
  loadMore(): void;
  reload(): void;
}

export interface PagesOptions<Answer, Row> extends QuestionOptions {
  readonly rows: (answer: Answer) => readonly Row[];
  /** The query that goes on after this answer; `undefined` at the end of the list. */
  readonly next: (answer: Answer) => Query | undefined;
  /** Says whether a row still moves: the list is then asked again. */
  readonly isMoving?: (row: Row) => boolean;
}

/** `GET path` as a list with a cursor, for `DataTable`. */
export function usePages<Answer, Row>(path: string, query: Query, options: PagesOptions<Answer, Row>): Pages<Row> {
  const { rows: rowsOf, next, isMoving, isEnabled = true, keepsLast = true } = options;
  const result: UseInfiniteQueryResult<{ pages: Answer[] }, ApiFailure> = useInfiniteQuery({
    queryKey: [path, query, 'pages'],
    queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: Query }) =>
      call<Answer>('GET', path, { query: { ...query, ...pageParam }, signal }),
    initialPageParam: {} as Query,
    getNextPageParam: next,
    enabled: isEnabled,
    ...(keepsLast ? { placeholderData: keepPreviousData } : {}),
    refetchInterval: ({ state: { data } }) => {
      // Somebody who has gone on reads a list that stands still.
      if (isMoving === undefined || data === undefined || data.pages.length > 1) return false;
      return data.pages.flatMap(rowsOf).some(isMoving) ? whileMovingMs : elseMs;
    },
  });
  const pages = result.data?.pages ?? [];
  return {
    rows: pages.flatMap(rowsOf),
    first: pages[0],
    last: pages.at(-1),
    hasMore: result.hasNextPage,
    isLoading: result.isLoading,
    isLoadingMore: result.isFetchingNextPage,
    failure: result.error,
    loadMore: () => void result.fetchNextPage(),
    reload: () => void result.refetch(),
  };
}

/**
 * Something that changes something: `const act = useAct<Answer, Given>((given) => ({ method: 'POST', path, body: given }))`. Afterwards all that is on the
 * screen is asked again, also when the answer was lost. `repeatsUnanswered`: of what is done once however often it is sent; while the
 * component is there it goes out again until there is an answer, and `failureCount` says that there was none so far.
 */
export function useAct<Answer, Given = void>(
  request: (given: Given) => { readonly method: Method; readonly path: string } & CallOptions,
  options: {
    readonly onDone?: (answer: Answer, given: Given) => void;
    readonly repeatsUnanswered?: boolean;
  } = {},
): UseMutationResult<Answer, ApiFailure, Given> {
  const client = useQueryClient();
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  return useMutation<Answer, ApiFailure, Given>({
    mutationFn: async (given) => {
      // Somebody has gone in the pause before a repeat.
      if (options.repeatsUnanswered && isGone.current) throw new ApiFailure('', { errorCode: 'no_answer' });
      const { method, path, ...rest } = request(given);
      return call<Answer>(method, path, rest);
    },
    retry: (count, failure) =>
      options.repeatsUnanswered === true &&
      !isGone.current &&
      (isUnanswered(failure) || (count > 0 && isSaidAtTheDoor(failure))),
    retryDelay: (_count, failure) => repeatAfterMs(failure),
    onSuccess: (answer, given) => options.onDone?.(answer, given),
    onSettled: () => void client.invalidateQueries(),
  });
}

/** Of several ways to do the same, only what was tried last is told of. */
export function failureOfLast(
  ...ways: readonly Pick<UseMutationResult<unknown, ApiFailure>, 'submittedAt' | 'error'>[]
): ApiFailure | null {
  return ways.toSorted((one, other) => other.submittedAt - one.submittedAt)[0]?.error ?? null;
}

/** One key for as long as a dialog is open: pressed twice, or sent again after a lost answer, it is the same act. */
export function useIdempotencyKey(): string {
  const [key] = useState(randomKey);
  return key;
}

/** `crypto.randomUUID` is missing where the console is opened over plain HTTP by another name than localhost. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
