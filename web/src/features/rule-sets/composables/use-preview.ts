import { useInfiniteQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import type { RulePreview } from '#contracts/rule-sets.schemas.ts';

/** A preview read page by page: the figures of the first page with the people of all that were read. */
export function usePreview(
  key: () => readonly unknown[],
  read: (offset: number) => Promise<RulePreview>,
  enabled: Ref<boolean>,
) {
  const query = useInfiniteQuery({
    queryKey: computed(key),
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: 0,
    getNextPageParam: (last: RulePreview) => last.nextOffset ?? undefined,
    enabled,
    staleTime: 0,
  });
  const data = computed((): RulePreview | undefined => {
    const pages = query.data.value?.pages;
    const last = pages?.at(-1);
    return pages && last
      ? { ...pages[0]!, people: pages.flatMap(({ people }) => people), nextOffset: last.nextOffset }
      : undefined;
  });
  return {
    query: { data, error: query.error, refetch: query.refetch },
    more: () => void query.fetchNextPage(),
    isBusy: query.isFetchingNextPage,
  };
}
