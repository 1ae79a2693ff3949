import { defineAsyncComponent, type Component } from 'vue';
import type { CycleTaskKind, TaskKind } from '#domain/process/tasks.ts';

type Load = () => Promise<{ default: Component }>;

/** Own work that is written on a page of its own: the pane says what is asked and leads there. */
const ownWork: Load = () => import('./OwnWorkPanel.vue');
const followUp: Load = () => import('../appraisal/components/FollowUpForm.vue');
const procedure: Load = () => import('../procedures/components/ProcedureForm.vue');

/**
 * Where each kind of task is decided: a component of the feature that owns the stage, loaded when such a task is opened. Each gets the
 * task's `detail` and the `flow` of its decision, and shows the slot `after` beside the receipt. Tasks of procedures share one form.
 */
const FORMS: Record<CycleTaskKind, Load> & Partial<Record<TaskKind, Load>> = {
  draftSkp: ownWork,
  approveSkp: () => import('../skp/components/ApproveSkpForm.vue'),
  submitReport: ownWork,
  reviewReport: () => import('../reporting/components/ReviewReportForm.vue'),
  selfAssess: ownWork,
  appraise: () => import('../appraisal/components/AppraiseForm.vue'),
  acknowledgeResult: () => import('../appraisal/components/AcknowledgeForm.vue'),
  decideObjection: () => import('../appraisal/components/DecideObjectionForm.vue'),
  evaluate: () => import('../appraisal/components/EvaluateForm.vue'),
  proposeReward: followUp,
  giveGuidance: followUp,
  planImprovement: followUp,
  concludeImprovement: followUp,
};

/** Loads the form of a kind of task. */
export const loadOf = (kind: TaskKind): Load => FORMS[kind] ?? procedure;

const made = new Map<Load, Component>();

/** The component for a kind of task; the same one each time, so that a form keeps what was typed. */
export function formOf(kind: TaskKind): Component {
  const load = loadOf(kind);
  if (!made.has(load)) made.set(load, defineAsyncComponent(load));
  return made.get(load)!;
}
