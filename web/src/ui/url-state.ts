import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/** A filter that lives in the address, so that it can be linked, reloaded and gone back to. Empty texts leave the address. */
export function useUrlState<Value extends string>(name: string, fallback: Value): WritableComputedRef<Value> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => {
      const value = route.query[name];
      return (typeof value === 'string' && value !== '' ? value : fallback) as Value;
    },
    set: (value) => {
      const query = { ...route.query };
      if (value === fallback || value === '') delete query[name];
      else query[name] = value;
      void router.replace({ query, hash: route.hash });
    },
  });
}
