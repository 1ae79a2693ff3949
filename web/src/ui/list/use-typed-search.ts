import { onScopeDispose, ref, watch } from 'vue';
import { useUrlState } from '../url-state.ts';

/** A search field whose text reaches the address, and with it the list, after a pause in typing. */
export function useTypedSearch(name = 'search') {
  const search = useUrlState<string>(name, '');
  const typed = ref(search.value);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(typed, (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (search.value = text.trim()), 400);
  });
  onScopeDispose(() => clearTimeout(timer));
  return { search, typed };
}
