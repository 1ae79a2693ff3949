import { useI18n } from 'vue-i18n';
import type { RunKind, RunStage } from '#domain/process/runs.ts';
import { CYCLE_STAGES, PROCEDURE_KINDS } from '#domain/process/tasks.ts';

const ofYears: readonly string[] = [...CYCLE_STAGES, 'finished'];
const ofProcedures: readonly string[] = PROCEDURE_KINDS;

/** The words for a run's kind and stage; those of years and procedures are the words their own pages use. */
export function useRunWords() {
  const { t } = useI18n();
  return {
    kindOf: (kind: RunKind): string => t(ofProcedures.includes(kind) ? `procedure.kind.${kind}` : `run.kind.${kind}`),
    stageOf: (stage: RunStage): string => t(ofYears.includes(stage) ? `cycle.stage.${stage}` : `run.stage.${stage}`),
  };
}
