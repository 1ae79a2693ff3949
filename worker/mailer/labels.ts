import type { Stage, TaskKind } from '#domain/process/tasks.ts';
import type { Locale } from './dates.ts';
import en from './labels.en.json' with { type: 'json' };
import id from './labels.id.json' with { type: 'json' };

/** The words that several mails share; what one mail says is in its folder. */
export type Labels = typeof id & { taskKinds: Record<TaskKind, string>; stages: Record<Stage, string> };

export const LABELS = { id, en } satisfies Record<Locale, Labels>;
