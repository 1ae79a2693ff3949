import type { EntityManager } from '@mikro-orm/postgresql';
import type { Coverage, GateView, JpEntry, MyTraining } from '#contracts/training.schemas.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { coveragePercent } from '#domain/training/gate.ts';
import { jpStatus, jpYear } from '#domain/training/jp.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { findCycleAccess } from '#persistence/cycles/cycle-views.queries.ts';
import { findCertificate, listCertificates } from '#persistence/training/certificates.repository.ts';
import { listTopics, listUncovered, readCoverage, type CoverageOf } from '#persistence/training/coverage.queries.ts';
import { addWaiver, findWaiver, listOpeningEvents, readGateOfCycle } from '#persistence/training/gate.repository.ts';
import {
  addJpEntry,
  decideJpEntry,
  findJpEntry,
  listJpEntries,
  listProposedJp,
  readJpBasis,
  sumJp,
  type JpEntryRow,
} from '#persistence/training/jp.repository.ts';
import { findEvent, listOwnEvents } from '#persistence/training/training.queries.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { allows, requireSome } from '../access/ability.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { open, signedIn, type SignedInContext } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { requireVisibleCycle } from '../cycles/cycle.presenter.ts';
import { presentOwn } from './event.presenter.ts';

const LONGEST_LIST = 300;

/** What is kept of trainings: JP, certificates, the gate before the SKP, coverage. */
export const trainingRecordsRoutes = {
  mine: signedIn.training.mine.handler(({ context }) => presentMine(context)),
  addJpEntry: signedIn.training.addJpEntry.handler(async ({ input, context }) => {
    if (input.heldTo < input.heldFrom || input.heldTo > context.today)
      throw new Problem('training.jp.dates', undefined, [{ path: 'heldTo', message: 'training.jp.dates' }]);
    const id = await addJpEntry(context.em, { ...input, employeeId: context.actor.employeeId });
    return presentEntry(found(await findJpEntry(context.em, id, context.today)));
  }),
  withdrawJpEntry: signedIn.training.withdrawJpEntry.handler(async ({ input, context }) => {
    const entry = await findJpEntry(context.em, input.id, context.today);
    if (!entry || entry.employeeId !== context.actor.employeeId) throw notFound();
    if (
      !(await decideJpEntry(context.em, input.id, { state: 'withdrawn', byId: context.actor.employeeId, reason: null }))
    )
      throw new Problem('training.jp.decided');
    return { withdrawn: true as const };
  }),
  proposedJp: signedIn.training.proposedJp.handler(async ({ context }) =>
    (await listProposedJp(context.em, accessibleBy(context.ability, 'decide', 'TrainingRecord'), context.today)).map(
      presentEntry,
    ),
  ),
  decideJp: signedIn.training.decideJp.handler(async ({ input, context }) => {
    const entry = found(await findJpEntry(context.em, input.id, context.today));
    requireDecidable(context, entry, {
      employeeId: entry.employeeId,
      unitId: entry.unitId,
      superiorPositionId: entry.superiorPositionId,
    });
    const decision = {
      state: input.decision === 'count' ? ('counted' as const) : ('refused' as const),
      byId: context.actor.employeeId,
      reason: input.decision === 'refuse' ? input.reason : null,
    };
    await inTransaction(context.em, async (em) => {
      if (!(await decideJpEntry(em, entry.id, decision))) throw new Problem('training.jp.decided');
      await appendAuditEvent(em, {
        kind: 'jpEntryDecided',
        at: new Date(),
        actorId: context.actor.employeeId,
        data: { entryId: entry.id, state: decision.state, reason: decision.reason },
      });
    });
    return presentEntry(found(await findJpEntry(context.em.fork(), entry.id, context.today)));
  }),
  gate: signedIn.training.gate.handler(({ input, context }) => presentGate(context, input.id)),
  waiveGate: signedIn.training.waiveGate.handler(async ({ input, context }) => {
    await requireVisibleCycle(context, input.id);
    const read = found(await readGateOfCycle(context.em, input.id));
    await requireWaivable(context, input.id);
    if (!read.gate) throw new Problem('training.gate.none');
    const waiver = {
      employeeId: read.employeeId,
      year: read.year,
      topic: read.gate.topic,
      reason: input.reason,
      grantedById: context.actor.employeeId,
    };
    await inTransaction(context.em, async (em) => {
      if (!(await addWaiver(em, waiver))) throw new Problem('training.gate.waived');
      await appendAuditEvent(em, {
        kind: 'trainingGateWaived',
        at: new Date(),
        actorId: context.actor.employeeId,
        data: { ...waiver, cycleId: input.id },
      });
    });
    return presentGate({ ...context, em: context.em.fork() }, input.id);
  }),
  verify: open.training.verify.handler(async ({ input, context }) => {
    const { holderName, title, heldFrom, heldTo, revokedAt } = found(
      await findCertificate(context.em, { token: input.token }),
    );
    return { holderName, title, heldFrom, heldTo, isValid: revokedAt === null };
  }),
  coverage: signedIn.training.coverage.handler(async ({ input, context }) => presentCoverage(context, input)),
};

async function presentMine({ em, actor, today }: SignedInContext): Promise<MyTraining> {
  const events = await listOwnEvents(em, actor.employeeId);
  const certificates = await listCertificates(em, { employeeId: actor.employeeId });
  return {
    status: await readJpStatus(em, actor.employeeId, today),
    events: events.map(({ mine, hasPostTest, ...event }) => ({
      ...event,
      mine: presentOwn(mine),
      hasOpenTest: hasPostTest && mine.attendedAt !== null && !mine.isCompleted && event.state !== 'finished',
    })),
    certificates: certificates.map(
      ({ id, number, title, kind, organiser, heldFrom, heldTo, jp, revokedAt, token }) => ({
        id,
        number,
        title,
        kind,
        organiser,
        heldFrom,
        heldTo,
        jp,
        token,
        isRevoked: revokedAt !== null,
      }),
    ),
    entries: (await listJpEntries(em, actor.employeeId, today)).map(presentEntry),
  };
}

/** Where the JP of a person stand in the year that counts now (Peraturan LAN 10/2018 and 15/2020). */
async function readJpStatus(em: EntityManager, employeeId: string, today: CalendarDate): Promise<MyTraining['status']> {
  const { employment, contractStartedOn, training } = found(await readJpBasis(em, employeeId, today));
  const year = jpYear(employment, contractStartedOn as CalendarDate | null, today);
  const jp = await sumJp(em, employeeId, year);
  const status = jpStatus(employment, jp, training);
  const difference =
    status.state === 'belowMinimum' ? status.missingJp : status.state === 'aboveMaximum' ? status.excessJp : 0;
  return {
    ...year,
    jp,
    employment,
    state: status.state,
    difference,
    minimum: employment === 'PNS' ? training.pnsMinimumJpPerYear : null,
    maximum: employment === 'PPPK' ? training.pppkMaximumJpPerContractYear : null,
  };
}

const presentEntry = ({
  id,
  employee,
  kind,
  title,
  organiser,
  heldFrom,
  heldTo,
  jp,
  state,
  file,
  decisionReason,
  decidedBy,
  recordedAt,
}: JpEntryRow): JpEntry => ({
  id,
  employee,
  kind,
  title,
  organiser,
  heldFrom,
  heldTo,
  jp,
  state,
  file,
  decisionReason,
  decidedBy: state === 'withdrawn' ? null : decidedBy,
  recordedAt,
});

function requireDecidable({ ability, actor }: SignedInContext, record: { employeeId: string }, row: object): void {
  if (record.employeeId === actor.employeeId) throw new Problem('access.ownItem');
  if (!allows(ability, 'decide', 'TrainingRecord', row)) throw notFound();
}

async function presentGate(context: SignedInContext, cycleId: string): Promise<GateView> {
  const { em } = context;
  await requireVisibleCycle(context, cycleId);
  const { gate, state, employeeId, year } = found(await readGateOfCycle(em, cycleId));
  const waiver = gate && (await findWaiver(em, { employeeId, year, topic: gate.topic }));
  const isClosed = state.kind === 'closed';
  return {
    isClosed,
    because: isClosed ? 'missing' : state.because,
    topic: gate?.topic ?? null,
    withinMonths: gate?.withinMonths ?? null,
    events: gate && isClosed ? await listOpeningEvents(em, gate.topic, employeeId) : [],
    waiver: waiver && { reason: waiver.reason, grantedBy: waiver.grantedBy.name, grantedAt: waiver.grantedAt },
    canWaive: isClosed && (await mayWaive(context, cycleId)),
  };
}

/** The employee's superior and personnel officers may waive; nobody for themselves. */
async function mayWaive({ em, ability }: SignedInContext, cycleId: string): Promise<boolean> {
  const cycle = found(await findCycleAccess(em, cycleId));
  return allows(ability, 'decide', 'TrainingRecord', {
    employeeId: cycle.employeeId,
    unitId: cycle.unitId,
    superiorPositionId: cycle.superiorPositionId,
  });
}

async function requireWaivable(context: SignedInContext, cycleId: string): Promise<void> {
  const cycle = found(await findCycleAccess(context.em, cycleId));
  if (cycle.employeeId === context.actor.employeeId) throw new Problem('access.ownItem');
  if (!(await mayWaive(context, cycleId))) throw new Problem('access.denied');
}

type CoverageInput = { topic: string; eventId?: string | undefined; unitId?: string | undefined };

/** What a coverage is asked of; an event only by those who may see it. */
export async function coverageOf(
  { em, ability }: SignedInContext,
  { topic, eventId }: CoverageInput,
): Promise<CoverageOf> {
  requireSome(ability, 'read', 'TrainingRecord');
  if (eventId === undefined) return { topic };
  const event = found(await findEvent(em, eventId));
  if (!allows(ability, 'read', 'TrainingEvent', { unitId: event.unitId, employeeId: null })) throw notFound();
  return { eventId };
}

async function presentCoverage(context: SignedInContext, input: CoverageInput): Promise<Coverage> {
  const { em, ability, today } = context;
  const topics = await listTopics(em);
  const asked = { ...input, topic: input.topic || (topics[0] ?? '') };
  const of = await coverageOf(context, asked);
  const access = accessibleBy(ability, 'read', 'TrainingRecord');
  const units = await readCoverage(em, access, of, today);
  const missing = await listUncovered(em, access, of, { unitId: input.unitId ?? null, limit: LONGEST_LIST + 1 }, today);
  return {
    topics,
    units: units.map((unit) => ({ ...unit, percent: coveragePercent(unit.completed, unit.people) })),
    missing: missing.slice(0, LONGEST_LIST),
    isCut: missing.length > LONGEST_LIST,
  };
}
