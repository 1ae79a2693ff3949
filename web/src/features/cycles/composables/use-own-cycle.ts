import { useQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { api } from '../../../api.ts';
import type { CycleView } from '../../../types.ts';
import { useUrlState } from '../../../ui/url-state.ts';

/** A cycle as its employee and superiors see it. */
export function useCycle(id: Ref<string | null>) {
  return useQuery<CycleView>({
    queryKey: ['cycle', id],
    queryFn: () => api.cycles.get({ id: id.value! }),
    enabled: computed(() => id.value !== null),
  });
}

/** The own cycles, the chosen one (by the address, else the newest), and all of it. */
export function useOwnCycle() {
  const chosen = useUrlState<string>('cycle', '');
  const mine = useQuery({ queryKey: ['cycles', 'mine'], queryFn: () => api.cycles.mine() });
  const cycleId = computed(() =>
    mine.data.value?.some(({ id }) => id === chosen.value) ? chosen.value : (mine.data.value?.[0]?.id ?? null),
  );
  const cycle = useCycle(cycleId);
  return { mine, chosen, cycleId, cycle };
}
