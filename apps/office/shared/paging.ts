import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { Page } from '../../client/http.ts';
import type { ApiProblem } from '../../client/problem.ts';

/** A list that goes on by cursor. `key` starts with what it shows, so that live changes find it; it stays on screen while filters change. */
export function usePages<Row>(
  key: readonly unknown[],
  read: (after: string | undefined, signal: AbortSignal) => Promise<Page<Row>>,
) {
  const query = useInfiniteQuery<Page<Row>, ApiProblem, Row[], readonly unknown[], string | undefined>({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: keepPreviousData,
  });
  return {
    rows: query.data,
    error: query.data === undefined ? (query.error ?? undefined) : undefined,
    retry: () => void query.refetch(),
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    onMore: () => void query.fetchNextPage(),
  };
}
