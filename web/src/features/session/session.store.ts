import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Me, SecondStep } from '#contracts/session.contract.ts';
import { api, onSessionEnd } from '../../api.ts';
import { useLanguage, type Locale } from '../../i18n/index.ts';
import { ApiProblem, toProblem } from '../../problem.ts';
import { setServerTime } from '../../ui/now.ts';

type Waiting = { resolve: () => void; reject: (error: unknown) => void };

/** Who is signed in, and the way back in when the session ended in the middle of work. */
export const useSession = defineStore('session', () => {
  const me = shallowRef<Me | null>(null);
  const isReady = ref(false);
  /** True while the sign-in window lies over the page because the session ended. */
  const needsSignIn = ref(false);
  let waiting: Waiting[] = [];

  const zone = computed(() => me.value?.employee.timeZone ?? 'Asia/Jakarta');

  /** Reads who is signed in; nobody is no error. Throws when the API cannot be reached. */
  async function load(): Promise<void> {
    try {
      await take(await api.session.me());
    } catch (error) {
      if (toProblem(error).status !== 401) throw error;
      me.value = null;
    }
    isReady.value = true;
  }

  /** The first step of a sign-in; says what the second one is when there is one. */
  async function signIn(number: string, password: string): Promise<SecondStep['next'] | null> {
    const answer = await api.session.signIn({ number: number.replace(/[\s.-]/g, ''), password });
    if (!('next' in answer)) await enter(answer);
    else setServerTime(answer.serverTime);
    return 'next' in answer ? answer.next : null;
  }

  /** Signed in, after the last step. A different person than before starts from a clean page. */
  async function enter(answer: Me): Promise<void> {
    const before = me.value?.employee.id;
    await take(answer);
    isReady.value = true;
    if (needsSignIn.value && before !== undefined && before !== answer.employee.id) {
      location.assign('/');
      return;
    }
    needsSignIn.value = false;
    settle((one) => one.resolve());
  }

  async function signOut(): Promise<void> {
    await api.session.signOut();
    location.assign('/sign-in');
  }

  /** Gives up signing in again: what was under way fails, the page stays as it is. */
  function cancelSignIn(): void {
    needsSignIn.value = false;
    settle((one) =>
      one.reject(new ApiProblem('session.required', { status: 401, message: 'session.required', data: {} })),
    );
  }

  async function setLocale(locale: Locale): Promise<void> {
    await useLanguage(locale);
    if (me.value) me.value = await api.session.setLocale({ locale });
  }

  function settle(what: (one: Waiting) => void): void {
    const all = waiting;
    waiting = [];
    all.forEach(what);
  }

  async function take(answer: Me): Promise<void> {
    setServerTime(answer.serverTime);
    me.value = answer;
    await useLanguage(answer.employee.locale);
  }

  onSessionEnd(() => {
    if (!me.value)
      return Promise.reject(new ApiProblem('session.required', { status: 401, message: 'session.required', data: {} }));
    needsSignIn.value = true;
    return new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
  });

  return { me, isReady, needsSignIn, zone, load, signIn, enter, signOut, cancelSignIn, setLocale };
});
