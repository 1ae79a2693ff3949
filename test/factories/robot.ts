import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Client } from '@temporalio/client';
import type { CycleDecision, CycleTaskKind } from '#domain/process/tasks.ts';
import { act, ARGUMENTS } from './decisions.ts';

type OpenTask = {
  id: string;
  cycle_id: string;
  kind: CycleTaskKind;
  round: number;
  period_no: number | null;
  actor_id: string | null;
};

/** Open tasks with a person who may decide them: the holder, a member of the desk, never the subject nor the contested appraiser. */
const OPEN_TASKS = `
select t.id, t.matter_id as cycle_id, t.kind, t.round, t.period_no,
  case t.assignee_kind
    when 'employee' then t.assignee_id
    when 'position' then (select a.employee_id from position_assignment a where a.position_id = t.assignee_id and a.employee_id <> t.employee_id
       and a.valid_to is null limit 1)
    else (select r.employee_id from role_assignment r where r.desk_id = t.assignee_id and r.employee_id <> t.employee_id
       and r.employee_id not in (select decided_by_id from appraisal_result x where x.cycle_id = t.matter_id) limit 1)
  end as actor_id
from task t where t.state = 'open' and not (t.id = any(?::uuid[])) order by t.opened_at limit 200`;

/** A number in [0, n) that is always the same for a cycle and a purpose. */
function lot(cycleId: string, purpose: string, n: number): number {
  return createHash('sha256').update(`${cycleId}:${purpose}`).digest().readUInt32BE(0) % n;
}

const RATINGS = ['diAtas', 'sesuai', 'diBawah'] as const;

/** What the person does with a task, fixed by the cycle's lot; null: never does it. */
function choose(task: OpenTask): { decision: CycleDecision; args?: Record<string, unknown> } | null {
  const of = (purpose: string, n: number): number => lot(task.cycle_id, `${purpose}:${task.period_no ?? ''}`, n);
  switch (task.kind) {
    case 'draftSkp':
      return { decision: 'submitSkp' };
    case 'approveSkp':
      return { decision: task.round === 1 && of('returnSkp', 5) === 0 ? 'returnSkp' : 'approveSkp' };
    case 'submitReport':
      return of('noReport', 12) === 0 ? null : { decision: 'submitReport' };
    case 'reviewReport':
      return { decision: task.round === 1 && of('returnReport', 10) === 0 ? 'returnReport' : 'acceptReport' };
    case 'selfAssess':
      return of('noSelf', 10) === 0 ? null : { decision: 'submitSelfAssessment' };
    case 'appraise':
      return {
        decision: 'rateEmployee',
        args: { hasilKerja: RATINGS[of('hasil', 3)], perilaku: RATINGS[of('perilaku', 3)], notes: '' },
      };
    case 'acknowledgeResult':
      return (
        [{ decision: 'fileObjection' as const }, null][of('object', 6)] ??
        (of('object', 6) === 1 ? null : { decision: 'acknowledgeResult' })
      );
    case 'decideObjection':
      return {
        decision: 'decideObjection',
        args: {
          ...ARGUMENTS.decideObjection,
          hasilKerja: RATINGS[of('hasil2', 3)],
          perilaku: RATINGS[of('perilaku2', 3)],
        },
      };
    case 'evaluate':
      return { decision: 'recordEvaluation' };
    case 'proposeReward':
      return { decision: 'recordRewardProposal' };
    case 'giveGuidance':
      return { decision: 'recordGuidance' };
    case 'planImprovement':
      return { decision: 'recordImprovementPlan' };
    case 'concludeImprovement':
      return { decision: 'concludeImprovement' };
  }
}

/** The calendar or the ladder was quicker than the person (a day lasts half a second); the next round sees what is open then. */
const OVERTAKEN = [
  'process.stepNotOpen',
  'process.taskDecided',
  'process.finished',
  'access.notAuthorised',
  'appraisal.objectionLate',
];

/** Lets everybody do their tasks as they come until every cycle is finished; returns how many decisions were taken. Throws with what is stuck. */
export async function workUntilFinished(
  em: () => EntityManager,
  client: Client,
  { parallel = 12, timeoutMs = 600_000, log = (_text: string) => undefined as void } = {},
): Promise<number> {
  const left = new Set<string>();
  const until = Date.now() + timeoutMs;
  let decisions = 0;
  for (let round = 0; Date.now() < until; round += 1) {
    const tasks = await em().execute<OpenTask[]>(OPEN_TASKS, [`{${[...left].join(',')}}`]);
    if (tasks.length === 0) {
      const [row] = await em().execute<{ open: string }[]>(
        `select count(*) as open from matter where kind = 'performanceCycle' and state <> 'finished'`,
      );
      if (Number(row!.open) === 0) return decisions;
      await delay(300);
    }
    for (let index = 0; index < tasks.length; index += parallel) {
      await Promise.all(tasks.slice(index, index + parallel).map(work));
    }
    if (round % 50 === 0) log(`${decisions} decisions`);
  }
  const stuck = await em().execute<{ kind: string; tasks: string }[]>(
    `select t.kind, count(*) as tasks from task t join matter c on c.id = t.matter_id where t.state = 'open' and c.state <> 'finished' group by t.kind`,
  );
  throw new Error(
    `not finished after ${decisions} decisions; waiting: ${stuck.map(({ kind, tasks }) => `${tasks} ${kind}`).join(', ') || 'for the calendar'}`,
  );

  async function work(task: OpenTask): Promise<void> {
    const choice = choose(task);
    if (!choice || !task.actor_id) {
      left.add(task.id);
      return;
    }
    try {
      const reply = await act(em(), client, {
        cycleId: task.cycle_id,
        decision: choice.decision,
        actorId: task.actor_id,
        args: choice.args,
        taskId: task.id,
      });
      if (reply.kind === 'applied') decisions += 1;
      else if (!OVERTAKEN.includes(reply.code)) throw new Error(`${choice.decision}: ${reply.code}`);
    } catch (error) {
      if (!/unanswered|gone/.test(String(error))) throw error;
    }
  }
}
