import { inject, provide, type InjectionKey, type Ref } from 'vue';
import type { RuleSetContent } from '#contracts/rule-sets.schemas.ts';
import { useProblemText } from '../../../ui/problem-text.ts';

export type Finding = { code: string; path: string; detail?: Record<string, unknown> | undefined };
type RuleForm = {
  content: Ref<RuleSetContent>;
  errorAt: (path: string) => string | null;
  isUnverified: (path: string) => boolean;
};
const KEY: InjectionKey<RuleForm> = Symbol('rule form');

/** Gives the editors of a form their document and what was found wrong with it. */
export function provideRuleForm(content: Ref<RuleSetContent>, findings: () => readonly Finding[]): void {
  const { ofCode } = useProblemText();
  provide(KEY, {
    content,
    errorAt: (path) => {
      const texts = findings()
        .filter((finding) => finding.path === path)
        .map(({ code, detail }) => ofCode(code, detail));
      return texts.length ? texts.join(' ') : null;
    },
    isUnverified: (path) => content.value.unverified.some((marked) => marked === path || path.startsWith(`${marked}.`)),
  });
}

export const useRuleForm = (): RuleForm => inject(KEY)!;
