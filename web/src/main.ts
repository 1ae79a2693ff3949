import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './app.vue';
import { useSession } from './features/session/session.store.ts';
import { i18n, storedLocale, useLanguage } from './i18n/index.ts';
import { toProblem } from './problem.ts';
import { makeRouter } from './router.ts';
import { startClock } from './ui/now.ts';
import { startTheme } from './ui/theme.ts';
import './ui/tokens.css';

startTheme();
startClock();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < 2 && toProblem(error).status >= 500,
      refetchOnWindowFocus: false,
    },
  },
});
const app = createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient: queries });

const session = useSession();
await useLanguage(storedLocale());
// Without an answer the app still opens; it says so and offers to try again.
await session.load().catch(() => undefined);
app.use(makeRouter());
app.mount('#app');
