import { defineAsyncComponent, type Component } from 'vue';
import type { ProcedureKind } from '#domain/process/tasks.ts';

/**
 * What each kind of procedure shows of its subject where it is decided and read; loaded when it is needed. Each gets the procedure as its
 * prop `procedure` and, in the inbox, `task`; a kind that is not named shows the subject's words only.
 */
export const PROCEDURE_SUBJECTS: Partial<Record<ProcedureKind, Component>> = {
  guidelinePublication: lazy(() => import('../../guidelines/components/GuidelineSubject.vue')),
  ruleSetApproval: lazy(() => import('../../rule-sets/components/RuleSetSubject.vue')),
  accountRegistration: lazy(() => import('../../registration/components/RegistrationSubject.vue')),
  correctionRequest: lazy(() => import('../../corrections/components/CorrectionSubject.vue')),
};

/** Makes a component of a kind from its file. */
function lazy(load: () => Promise<{ default: Component }>): Component {
  return defineAsyncComponent(load);
}
