import { randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import QRCode from 'qrcode';
import { v4 as uuidv4 } from 'uuid';
import type { EventContent } from '#contracts/training.schemas.ts';
import { checkInAllowed, checkInWindow } from '#domain/training/event.ts';
import { questionProblems } from '#domain/training/test.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { findCertificate, revokeCertificate } from '#persistence/training/certificates.repository.ts';
import { countInvitees, setAttendance } from '#persistence/training/participants.repository.ts';
import { removeTest, saveTest } from '#persistence/training/tests.repository.ts';
import { TrainingEvent } from '#persistence/training/training.entities.ts';
import {
  findMaterial,
  findPeopleByIds,
  findPeopleByNumbers,
  listEvents,
  removeMaterial,
  type EventDetailRow,
} from '#persistence/training/training.queries.ts';
import { trainingWorkflowId } from '#domain/process/names.ts';
import { queueStart } from '#persistence/commands/facts.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { deliverQueued } from '../matters/deliver.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { allows, requireAllowed } from '../access/ability.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { found, notFound, Problem, type Issue } from '../http/problem.ts';
import { codeAt } from './check-in-code.ts';
import { presentForOrganiser, requireOrganisedEvent, timesOf } from './event.presenter.ts';
import { sendTrainingCommand, trainingReceipt } from './training-commands.ts';

/** What the people who hold trainings do. */
export const trainingEventsRoutes = {
  events: signedIn.training.events.handler(({ input, context }) =>
    listEvents(context.em, accessibleBy(context.ability, 'read', 'TrainingEvent'), input),
  ),
  organiserView: signedIn.training.organiserView.handler(({ input, context }) =>
    presentForOrganiser(context, input.id),
  ),
  createEvent: signedIn.training.createEvent.handler(async ({ input, context }) => {
    requireAllowed(context.ability, 'administer', 'TrainingEvent', { unitId: input.unitId });
    await requireRight(context, input.content);
    const id = uuidv4();
    await inTransaction(context.em, async (inner) => {
      inner.persist(
        inner.create(TrainingEvent, {
          id,
          workflowId: trainingWorkflowId(id),
          unitId: input.unitId,
          createdById: context.actor.employeeId,
          codeSecret: randomBytes(32),
          stepsDone: [],
          ...valuesOf(input.content),
        }),
      );
      await audit(inner, context, 'trainingWritten', id);
    });
    return { id };
  }),
  saveEvent: signedIn.training.saveEvent.handler(async ({ input, context }) => {
    requireDraft(await requireOrganisedEvent(context, input.id));
    await requireRight(context, input.content);
    const changed = await context.em
      .fork()
      .nativeUpdate(
        TrainingEvent,
        { id: input.id, version: input.version, state: 'draft' },
        { ...valuesOf(input.content), version: input.version + 1 },
      );
    if (changed === 0) throw new Problem('training.event.changedMeanwhile');
    return { id: input.id };
  }),
  deleteEvent: signedIn.training.deleteEvent.handler(async ({ input, context }) => {
    requireDraft(await requireOrganisedEvent(context, input.id));
    await inTransaction(context.em, async (em) => {
      await em.execute('delete from training_test where event_id = ?', [input.id]);
      await em.execute('delete from training_material where event_id = ?', [input.id]);
      if ((await em.nativeDelete(TrainingEvent, { id: input.id, state: 'draft' })) === 0)
        throw new Problem('training.event.notDraft');
      await audit(em, context, 'trainingDeleted', input.id);
    });
    return { deleted: true as const };
  }),
  publishEvent: signedIn.training.publishEvent.handler(async ({ input, context }) => {
    const event = await requireOrganisedEvent(context, input.id);
    requireDraft(event);
    requirePublishable(event);
    if ((await countInvitees(context.em, event.invitations, context.today)) === 0)
      throw new Problem('training.event.nobodyInvited');
    const start = await inTransaction(context.em, async (inner) => {
      const changed = await inner.nativeUpdate(
        TrainingEvent,
        { id: input.id, state: 'draft', version: event.version },
        { state: 'planned', version: event.version + 1 },
      );
      if (changed === 0) throw new Problem('training.event.changedMeanwhile');
      await audit(inner, context, 'trainingPublished', input.id);
      return queueStart(inner, {
        workflowId: event.workflowId,
        type: 'trainingEvent',
        arguments: { eventId: input.id },
        actorId: context.actor.employeeId,
      });
    });
    await deliverQueued(context, [start]);
    return { id: input.id };
  }),
  changeEvent: signedIn.training.changeEvent.handler(
    ({ input: { id: eventId, commandId, content, version }, context }) =>
      sendTrainingCommand(
        context,
        { id: commandId, eventId, update: 'changeTrainingEvent', arguments: { content, version } },
        async (event) => {
          await requireRight(context, content);
          requirePublishable({ ...event, ...content }, Date.parse(event.endsAt));
        },
      ),
  ),
  cancelEvent: signedIn.training.cancelEvent.handler(({ input: { id: eventId, commandId, reason }, context }) =>
    sendTrainingCommand(context, { id: commandId, eventId, update: 'cancelTrainingEvent', arguments: { reason } }),
  ),
  receipt: signedIn.training.receipt.handler(({ input, context }) => trainingReceipt(context, input.commandId)),
  findPeople: signedIn.training.findPeople.handler(async ({ input, context }) => {
    const numbers = [...new Set(input.numbers.map((number) => number.replace(/[\s.-]/g, '')).filter(Boolean))];
    // Somebody of another unit is as unknown as somebody who does not exist.
    const people = (await findPeopleByNumbers(context.em, numbers)).filter(({ unitId }) =>
      allows(context.ability, 'administer', 'TrainingEvent', { unitId }),
    );
    const known = new Set(people.map(({ number }) => number));
    return {
      found: people.map(({ id, name, number }) => ({ id, name, number })),
      unknown: numbers.filter((number) => !known.has(number)),
    };
  }),
  code: signedIn.training.code.handler(async ({ input, context }) => {
    const event = await requireOrganisedEvent(context, input.id);
    const now = Date.now();
    const { code, validUntil } = codeAt(event, now);
    const url = `${context.deps.config.publicUrl}/training/check-in/${event.id}?code=${code}`;
    const window = checkInWindow(timesOf(event));
    return {
      code,
      url,
      validUntil: validUntil.toISOString(),
      attended: event.counts.attended,
      isOpen: checkInAllowed(event.state, timesOf(event), now).ok,
      opensAt: new Date(window.from).toISOString(),
      closesAt: new Date(window.until).toISOString(),
      qrSvg: await QRCode.toString(url, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 }),
    };
  }),
  setAttendance: signedIn.training.setAttendance.handler(async ({ input, context }) => {
    const event = await requireOrganisedEvent(context, input.id);
    if (event.state === 'cancelled') throw new Problem('training.checkIn.cancelled');
    if (event.state === 'finished') throw new Problem('training.attendance.certified');
    if (Date.now() < checkInWindow(timesOf(event)).from) throw new Problem('training.attendance.notYet');
    const { employeeIds, isPresent } = input;
    if (employeeIds.includes(context.actor.employeeId)) throw new Problem('access.ownItem');
    const changed = await inTransaction(context.em, async (em) => {
      const count = await setAttendance(em, event.id, employeeIds, {
        isPresent,
        byId: context.actor.employeeId,
        at: new Date(),
      });
      await appendAuditEvent(em, {
        kind: 'trainingAttendanceSet',
        at: new Date(),
        actorId: context.actor.employeeId,
        data: { eventId: event.id, employeeIds, isPresent },
      });
      return count;
    });
    return { changed };
  }),
  saveTest: signedIn.training.saveTest.handler(async ({ input, context }) => {
    const event = await requireOrganisedEvent(context, input.id);
    const problems = questionProblems(input.content.questions);
    if (problems.length)
      throw new Problem(
        'content.invalid',
        undefined,
        problems.map(({ path, code }) => ({ path, message: code })),
      );
    const isSaved = await inTransaction(context.em, (inner) =>
      saveTest(inner, { eventId: event.id, moment: input.moment, ...input.content }),
    );
    if (!isSaved) throw new Problem('training.test.frozen');
    return { saved: true as const };
  }),
  removeTest: signedIn.training.removeTest.handler(async ({ input, context }) => {
    const event = await requireOrganisedEvent(context, input.id);
    if (!(await inTransaction(context.em, (inner) => removeTest(inner, event.id, input.moment))))
      throw new Problem('training.test.frozen');
    return { removed: true as const };
  }),
  removeMaterial: signedIn.training.removeMaterial.handler(async ({ input, context }) => {
    const file = found(await findMaterial(context.em, input.id));
    await requireOrganisedEvent(context, file.eventId);
    await removeMaterial(context.em, file.id);
    return { removed: true as const };
  }),
  revokeCertificate: signedIn.training.revokeCertificate.handler(async ({ input, context }) => {
    const certificate = found(await findCertificate(context.em, { id: input.id }));
    if (!allows(context.ability, 'administer', 'TrainingEvent', { unitId: certificate.unitId })) throw notFound();
    if (certificate.employeeId === context.actor.employeeId) throw new Problem('access.ownItem');
    await inTransaction(context.em, async (em) => {
      if (!(await revokeCertificate(em, certificate.id, { byId: context.actor.employeeId, reason: input.reason })))
        throw new Problem('training.certificate.revoked');
      await appendAuditEvent(em, {
        kind: 'certificateRevoked',
        at: new Date(),
        actorId: context.actor.employeeId,
        data: { certificateId: certificate.id, number: certificate.number, reason: input.reason },
      });
    });
    return { revoked: true as const };
  }),
};

const valuesOf = (content: EventContent) => ({
  ...content,
  startsAt: new Date(content.startsAt),
  endsAt: new Date(content.endsAt),
  testUntil: content.testUntil === null ? null : new Date(content.testUntil),
});

const audit = (em: EntityManager, { actor }: SignedInContext, kind: string, eventId: string): Promise<void> =>
  appendAuditEvent(em, { kind, at: new Date(), actorId: actor.employeeId, data: { eventId } });

function requireDraft({ state }: EventDetailRow): void {
  if (state !== 'draft') throw new Problem('training.event.notDraft');
}

/** Times in their order, and invitations only within the units one holds trainings for. */
async function requireRight({ em, ability }: SignedInContext, content: EventContent): Promise<void> {
  if (Date.parse(content.endsAt) <= Date.parse(content.startsAt))
    throw new Problem('training.event.times', undefined, [{ path: 'endsAt', message: 'training.event.times' }]);
  if (content.testUntil !== null && Date.parse(content.testUntil) <= Date.parse(content.endsAt)) {
    throw new Problem('training.event.testUntil', undefined, [
      { path: 'testUntil', message: 'training.event.testUntil' },
    ]);
  }
  const issues: Issue[] = [];
  for (const [index, rule] of content.invitations.entries()) {
    if (rule.kind !== 'people') requireAllowed(ability, 'administer', 'TrainingEvent', { unitId: rule.unitId });
    else {
      const people = await findPeopleByIds(em, rule.employeeIds);
      const isAllowed =
        people.length === new Set(rule.employeeIds).size &&
        people.every(({ unitId }) => allows(ability, 'administer', 'TrainingEvent', { unitId }));
      if (!isAllowed) issues.push({ path: `invitations.${index}`, message: 'training.people.unknown' });
    }
  }
  if (issues.length) throw new Problem('training.people.unknown', undefined, issues);
}

/** What the people who are invited must be told, and an end that is still to come. */
function requirePublishable(
  event: Pick<EventDetailRow, 'place' | 'link' | 'endsAt'>,
  endedAt: number | null = null,
): void {
  if (!event.place.trim() && !event.link)
    throw new Problem('training.event.placeMissing', undefined, [
      { path: 'place', message: 'training.event.placeMissing' },
    ]);
  const end = Date.parse(event.endsAt);
  if (end <= Date.now() && end !== endedAt)
    throw new Problem('training.event.times', undefined, [{ path: 'endsAt', message: 'training.event.times' }]);
}
