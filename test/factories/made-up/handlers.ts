import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { createKernel } from '#activities/index.ts';
import type { MatterHandlers, Outcome, StepContext } from '#activities/matters/handler.ts';
import type { Kernel } from '#activities/matters/step.ts';
import type { AgendaItem, MatterProcess } from '#domain/process/matter.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import type { StoryKind } from '#domain/process/story.ts';
import type { StoryEvent } from '#persistence/audit/audit.repository.ts';
import type { Orm } from '#persistence/orm.ts';
import { select, sql } from '#persistence/sql.ts';
import { dependenciesOn } from '../stepped-matter.ts';
import type { Agency } from '../agency.ts';
import { DECIDERS_AND_MADE_UP, MADE_UP } from './kinds.ts';

/** A line of a made-up story, which has no words. */
const line = (kind: string, at: Date): StoryEvent => ({ kind: kind as StoryKind, at });

const DAY_MS = 86_400_000;
const nothing = async (): Promise<Outcome> => ({});

/** Handlers of a made-up kind: everybody is asked as themselves; each line of its story says what was done. */
const handlersOf = (change: Partial<MatterHandlers> = {}): MatterHandlers => ({
  load: async () => null,
  newTask: async ({ matter, at }, { to }) => ({
    assignee: { kind: 'employee', id: to ?? matter.employeeId, responsiblePositionId: null },
    dueAt: at.getTime() + 7 * DAY_MS,
    stage: matter.kind,
    isOwnTask: true,
  }),
  started: nothing,
  decisions: new Proxy({}, { get: (_target, decision: string) => telling(decision) }),
  boundaries: new Proxy({}, { get: (_target, kind: string) => telling(kind) }),
  facts: new Proxy({}, { get: (_target, kind: string) => telling(kind) }),
  ...change,
});

const telling = (kind: string) => async (context: StepContext) => ({ story: [line(kind, context.at)] });

const item = (at: number, kind: string, isRestPoint = false): AgendaItem => ({
  at,
  boundary: { kind },
  ...(isRestPoint && { isRestPoint }),
});

const HANDLERS: Readonly<Record<string, MatterHandlers>> = {
  survey: handlersOf({
    started: async ({ at }) => ({ agenda: { adds: [item(at.getTime() + 3 * DAY_MS, 'closing')] } }),
  }),
  essay: handlersOf({
    bySender: ['takeBack'],
    started: async ({ at }) => ({
      agenda: { adds: [item(at.getTime() + 5 * DAY_MS, 'due'), item(at.getTime() + 9 * DAY_MS, 'forgotten')] },
    }),
    decisions: {
      askExtension: telling('askExtension'),
      // One of the matter's dates moves, the other stays.
      grant: async ({ at, args }) => ({
        story: [line('grant', at)],
        agenda: {
          drops: ['due'],
          adds: [item(at.getTime() + Number((args as { days?: number }).days) * DAY_MS, 'due')],
        },
      }),
      send: telling('send'),
      takeBack: telling('takeBack'),
      approve: telling('approve'),
    },
    // What was superseded stays in the story; nobody is mailed a second time.
    facts: { repaired: async ({ at }) => ({ story: [line('repaired', at)], announce: null }) },
  }),
  verdict: handlersOf(),
  confirmation: handlersOf({
    async finished({ matter, at }) {
      matter.outcome = 'confirmed';
      return { story: [line('confirmed', at)] };
    },
  }),
  sanction: handlersOf(),
};

/** The kernel with the made-up kinds beside the product's own. */
export function kernelWithMadeUp(orm: Orm): Kernel {
  const kernel = createKernel(dependenciesOn(orm));
  return {
    deps: kernel.deps,
    handlersOf: (kind) => HANDLERS[kind] ?? kernel.handlersOf(kind),
    stageOf: (kind, process) => DECIDERS_AND_MADE_UP[kind]!.stageOf(process),
  };
}

export type MadeUpMatter = {
  kind: string;
  employeeId: string;
  process?: Partial<MatterProcess> & Record<string, unknown>;
  agenda?: AgendaItem[];
  reportsToId?: string;
};

/** Writes the row of a made-up matter; returns its id. */
export async function openMadeUp(em: EntityManager, agency: Agency, matter: MadeUpMatter): Promise<string> {
  const id = randomUUID();
  const process = { ...MADE_UP[matter.kind]!.initial, ...matter.process };
  await select(
    em,
    sql`insert into matter (id, kind, subject, employee_id, unit_id, rule_set_id, time_zone, workflow_id, process, agenda, reports_to_id)
        values (${id}, ${matter.kind}, 'Perkara rekaan', ${matter.employeeId}, ${agency.unitId}, ${agency.ruleSetId}, 'Asia/Jakarta', ${matterWorkflowId(id)},
          ${JSON.stringify(process)}::jsonb, ${JSON.stringify(matter.agenda ?? [])}::jsonb, ${matter.reportsToId ?? null})`,
  );
  return id;
}
