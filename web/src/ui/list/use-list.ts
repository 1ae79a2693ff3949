import { keepPreviousData, useInfiniteQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';

type Page<Row> = { items: Row[]; nextCursor: string | null };

/** A list read page by page by its cursor; the filters are part of the key. */
export function useList<Row, Answer extends Page<Row>, Filters extends object>(
  key: string,
  filters: Ref<Filters>,
  read: (query: Filters & { cursor?: string; limit: number }) => Promise<Answer>,
) {
  const query = useInfiniteQuery({
    queryKey: computed((): readonly unknown[] => [key, 'list', filters.value]),
    queryFn: ({ pageParam }) => read({ ...filters.value, limit: 25, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: '' as string,
    getNextPageParam: (last: Answer) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const pages = computed(() => (query.data.value as { pages: Answer[] } | undefined)?.pages ?? []);
  const rows = computed<Answer['items']>(() => pages.value.flatMap(({ items }) => items));
  const first = computed(() => pages.value[0]);
  return { query, rows, first };
}
