import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { api } from '../../../api.ts';

/** The articles of guidelines in force, to bind rules to. */
export function useArticles() {
  const query = useQuery({
    queryKey: ['guidelines', 'articles'],
    queryFn: () => api.guidelines.articles(),
    staleTime: 300_000,
  });
  return computed(() =>
    (query.data.value ?? []).map(({ guidelineId, version, articleId, label }) => ({
      key: `${guidelineId}/${version}/${articleId}`,
      label,
      ref: { guidelineId, version, articleId },
    })),
  );
}
