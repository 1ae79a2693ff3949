import { randomBytes } from 'node:crypto';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import {
  eventAgenda,
  isAnnounced,
  isChangeable,
  movingUp,
  type EventStep,
  type EventTimes,
} from '#domain/training/event.ts';
import type { CommandReply } from '#domain/process/reply.ts';
import { mayOrganise } from '#domain/training/organisers.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { Effect } from '#persistence/commands/commands.entities.ts';
import { settleCommand } from '#persistence/commands/commands.repository.ts';
import { loadActor } from '#persistence/organisation/actor.repository.ts';
import { issueCertificates } from '#persistence/training/certificates.repository.ts';
import {
  countPlaces,
  inviteByRules,
  listInvited,
  listMissing,
  moveUp,
} from '#persistence/training/participants.repository.ts';
import { findTrainingCommand } from '#persistence/training/training-commands.repository.ts';
import { TrainingEvent } from '#persistence/training/training.entities.ts';
import { announce } from '#persistence/training/training-mails.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { forkOf, type ActivityDependencies } from '../dependencies.ts';
import { certificateNumber } from './certificate-number.ts';
import { contentChanges, type EventContent } from './event-content.ts';
import type { EventPlan, TrainingActivities } from './training.contract.ts';

type Context = { em: EntityManager; event: TrainingEvent; at: Date };

/** The steps of a training event and what its organisers decide about it: each one transaction under the lock of the event's row. */
export const trainingActivities = (deps: ActivityDependencies): TrainingActivities => ({
  async planTrainingEvent({ eventId }) {
    return planOf(await forkOf(deps).findOneOrFail(TrainingEvent, { id: eventId }));
  },

  takeTrainingStep: ({ eventId, step, at }) =>
    locked(deps, eventId, at, async (context) => {
      const { event } = context;
      const isDue = planOf(event).agenda.some((item) => item.step === step && item.at <= at);
      if (isDue) {
        await STEPS[step](context);
        event.stepsDone = [...event.stepsDone, step];
        await appendAuditEvent(context.em, { kind: 'trainingStep', at: context.at, data: { eventId, step } });
      }
      return planOf(event);
    }),

  carryOutTrainingCommand: ({ eventId, commandId, at }) =>
    locked(deps, eventId, at, async (context) => {
      const key = `training-command:${commandId}`;
      const done = await context.em.findOne(Effect, { key });
      if (done) return { reply: done.reply as CommandReply, plan: planOf(context.event) };
      const reply = await carryOut(context, commandId);
      context.em.persist(context.em.create(Effect, { key, reply }));
      await settleCommand(context.em, commandId, reply);
      return { reply, plan: planOf(context.event) };
    }),
});

function locked<Result>(
  deps: ActivityDependencies,
  eventId: string,
  at: number,
  work: (context: Context) => Promise<Result>,
): Promise<Result> {
  return inTransaction(deps.orm.em, async (em) => {
    const event = await em.findOneOrFail(TrainingEvent, { id: eventId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    return work({ em, event, at: new Date(at) });
  });
}

/** What is to come of an event; nothing when it is over or not published. */
function planOf(event: TrainingEvent): EventPlan {
  const isRunning = event.state !== 'draft' && event.state !== 'finished' && event.state !== 'cancelled';
  return { agenda: isRunning ? eventAgenda(timesOf(event), event.stepsDone, event.invitedAt?.getTime() ?? null) : [] };
}

/** The date of an instant where the event is held. */
const todayOf = (event: TrainingEvent, at: Date): CalendarDate => civilDate(at, event.timeZone as IndonesianZone);

const timesOf = (event: TrainingEvent): EventTimes => ({
  startsAt: event.startsAt.getTime(),
  endsAt: event.endsAt.getTime(),
  checkInMinutesBefore: event.checkInMinutesBefore,
  checkInMinutesAfter: event.checkInMinutesAfter,
  remindHoursBefore: event.remindHoursBefore,
  testUntil: event.testUntil?.getTime() ?? null,
});

const STEPS: Record<EventStep, (context: Context) => Promise<void>> = {
  async invite(context) {
    Object.assign(context.event, { state: 'invited', invitedAt: context.at });
    await inviteNew(context);
  },

  async remind({ em, event, at }) {
    const people = await listInvited(em, event.id, { exceptNo: true });
    await announce(
      em,
      event,
      people.map((recipientId) => ({ recipientId, step: 'reminder' })),
      at,
    );
  },

  async openCheckIn({ event }) {
    event.state = 'checkInOpen';
  },

  async close({ event }) {
    event.state = 'closed';
  },

  /** The people themselves, and each superior once with the names of theirs. */
  async remindMissing({ em, event, at }) {
    const missing = await listMissing(em, event.id, todayOf(event, at));
    const bySuperior = new Map<string, string[]>();
    for (const { employeeId, superiorIds } of missing) {
      for (const id of superiorIds) bySuperior.set(id, [...(bySuperior.get(id) ?? []), employeeId]);
    }
    await announce(
      em,
      event,
      missing.map(({ employeeId }) => ({ recipientId: employeeId, step: 'missed' })),
      at,
    );
    await announce(
      em,
      event,
      [...bySuperior].map(([recipientId, employeeIds]) => ({ recipientId, step: 'missedTeam', data: { employeeIds } })),
      at,
    );
  },

  async certify({ em, event, at }) {
    const dates = { from: todayOf(event, event.startsAt), to: todayOf(event, event.endsAt) };
    const year = Number(dates.to.slice(0, 4));
    const holders = await issueCertificates(em, event, {
      at,
      year,
      dates,
      newToken: () => randomBytes(18).toString('base64url'),
      numberOf: (serial) => certificateNumber({ serial, kind: event.kind, year }),
    });
    await announce(
      em,
      event,
      holders.map((recipientId) => ({ recipientId, step: 'certificate' })),
      at,
    );
  },

  async finish({ event }) {
    event.state = 'finished';
  },
};

/** Invites whom the rules mean and who is not invited yet. */
async function inviteNew({ em, event, at }: Context): Promise<void> {
  const added = await inviteByRules(em, event, todayOf(event, at));
  await announce(
    em,
    event,
    added.map((recipientId) => ({ recipientId, step: 'invitation' })),
    at,
  );
}

/** Authority is read again here, under the lock. */
async function carryOut(context: Context, commandId: string): Promise<CommandReply> {
  const { em, event, at } = context;
  const command = await findTrainingCommand(em, commandId);
  if (!command || command.workflowId !== event.workflowId) return { kind: 'refused', code: 'not.found' };
  if (!mayOrganise(await loadActor(em, command.actorId, todayOf(event, at)), event.unitId))
    return { kind: 'refused', code: 'access.notAuthorised' };
  if (!isChangeable(event.state)) return { kind: 'refused', code: 'training.event.over' };
  if (command.update === 'cancelTrainingEvent') await cancel(context, String(command.arguments['reason'] ?? ''));
  else {
    const { content, version } = command.arguments as { content: EventContent; version: number };
    if (version !== event.version) return { kind: 'refused', code: 'training.event.changedMeanwhile' };
    await change(context, content);
  }
  await appendAuditEvent(em, {
    kind: command.update === 'cancelTrainingEvent' ? 'trainingCancelled' : 'trainingChanged',
    at,
    actorId: command.actorId,
    data: { eventId: event.id, version: event.version },
  });
  return { kind: 'applied', at: at.getTime() };
}

async function cancel({ em, event, at }: Context, reason: string): Promise<void> {
  const isKnown = isAnnounced(event.state);
  Object.assign(event, {
    state: 'cancelled',
    cancelledReason: reason,
    version: event.version + 1,
    invitationSequence: event.invitationSequence + 1,
  });
  if (!isKnown) return;
  const people = await listInvited(em, event.id, { exceptNo: true });
  await announce(
    em,
    event,
    people.map((recipientId) => ({ recipientId, step: 'cancelled' })),
    at,
  );
}

/** The new content, what of the past it makes undone, and who must hear of it. */
async function change(context: Context, content: EventContent): Promise<void> {
  const { em, event, at } = context;
  const { values, isNews } = contentChanges(event, content);
  Object.assign(event, values, { version: event.version + 1 });
  if (isNews) event.invitationSequence += 1;
  reopenSteps(event, at.getTime());
  await em.flush();
  if (!isAnnounced(event.state)) return;
  if (isNews) {
    const people = await listInvited(em, event.id, { exceptNo: true });
    await announce(
      em,
      event,
      people.map((recipientId) => ({ recipientId, step: 'changed' })),
      at,
    );
  }
  await inviteNew(context);
  const { seats, waiting } = await countPlaces(em, event.id);
  const promoted = await moveUp(em, event.id, movingUp(event.quota ?? null, seats, waiting));
  await announce(
    em,
    event,
    promoted.map((recipientId) => ({ recipientId, step: 'promoted' })),
    at,
  );
}

/** An event that was moved later gets its reminder, and its check-in, anew. */
function reopenSteps(event: TrainingEvent, now: number): void {
  const agenda = eventAgenda(timesOf(event), [], null);
  const isAhead = (step: EventStep): boolean => agenda.some((item) => item.step === step && item.at > now);
  event.stepsDone = event.stepsDone.filter((step) => !((step === 'remind' || step === 'openCheckIn') && isAhead(step)));
  if (event.state === 'checkInOpen' && !event.stepsDone.includes('openCheckIn')) event.state = 'invited';
}
