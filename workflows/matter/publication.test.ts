import { civilDate } from '#domain/calendar/clock.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { emptyGuideline, type GuidelineContent } from '#domain/guidelines/guideline.ts';
import type { RuleSet as RuleSetData } from '#domain/rule-sets/rule-set.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { GuidelineReader, GuidelineVersion } from '#persistence/guidelines/guidelines.entities.ts';
import { addGuideline, saveGuidelineDraft, setGuidelineStatus } from '#persistence/guidelines/guidelines.repository.ts';
import { Matter } from '#persistence/matters/matters.entities.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import {
  addRuleSetDraft,
  findRuleSetDraft,
  saveRuleSetDraft,
  setDraftState,
} from '#persistence/rule-sets/rule-set-drafts.repository.ts';
import { RuleSet } from '#persistence/rule-sets/rule-sets.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { startTestEngine, type TestEngine } from '#test/environment/engine.ts';
import { createAgency, createRuleSet, ruleSetData, seat, type Agency } from '#test/factories/agency.ts';
import {
  actOnProcedure,
  openProcedureTask,
  openTestProcedure,
  startTestProcedure,
} from '#test/factories/procedures.ts';

const today = civilDate(Date.now(), 'Asia/Jakarta');
let database: TestDatabase;
let orm: Orm;
let engine: TestEngine;
let agency: Agency;
const em = () => orm.em.fork() as EntityManager;
const reason = 'Bagian prosedur belum lengkap.';

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url);
  agency = await createAgency(em());
  await seat(em(), 'agencyAdmin', agency.unitId, agency.people.head.id);
  await seat(em(), 'agencyAdmin', agency.unitId, agency.people.superior.id);
  engine = await startTestEngine(orm, { sweepIntervalSeconds: 1 });
});
afterAll(async () => {
  await engine?.stop();
  await orm?.close();
  await database?.drop();
});

type Actor = keyof Agency['people'];
const act = (procedureId: string, decision: 'approve' | 'return' | 'resubmit', actor: Actor) =>
  actOnProcedure(em(), engine.client, {
    procedureId,
    decision,
    actorId: agency.people[actor].id,
    args: decision === 'return' ? { reason } : { note: '' },
  });
const finished = (id: string) =>
  expect.poll(async () => (await em().findOneOrFail(Matter, { id })).state).toBe('finished');

async function begun(kind: 'guidelinePublication' | 'ruleSetApproval', subjectId: string): Promise<string> {
  const opened = await openTestProcedure(em(), agency, kind, agency.people.superior, { subjectId });
  await startTestProcedure(em(), engine.client, opened);
  await expect.poll(() => openProcedureTask(em(), opened.id)).toBeTruthy();
  return opened.id;
}

describe('the publication of a guideline', () => {
  const complete: GuidelineContent = {
    ...emptyGuideline(2026),
    number: '12',
    title: 'Pedoman',
    issuer: 'Sekretaris',
    effectiveOn: today,
    parts: { purpose: 'a', procedure: 'b', standards: 'c', indicators: 'd', rulesOfUse: 'e' },
  };
  const versionOf = (guidelineId: string) => em().findOneOrFail(GuidelineVersion, { guidelineId });

  it('S1.2 a second person reviews, the leader approves, the day comes, and everybody concerned is told', async () => {
    const guidelineId = await addGuideline(em(), { content: complete, createdById: agency.people.superior.id });
    const version = await versionOf(guidelineId);
    await setGuidelineStatus(em(), version.id, ['draf'], 'ditinjau');
    const id = await begun('guidelinePublication', version.id);
    expect(await act(id, 'approve', 'superior')).toMatchObject({ kind: 'refused' });
    expect(await act(id, 'return', 'head')).toMatchObject({ kind: 'applied' });
    expect(await versionOf(guidelineId)).toMatchObject({
      status: 'draf',
      returnedReason: reason,
      returnedContent: { title: complete.title },
    });
    const broken = { ...complete, parts: { ...complete.parts, procedure: '' } };
    await saveGuidelineDraft(em(), { id: version.id, edit: 1, content: broken, savedById: agency.people.superior.id });
    expect(await act(id, 'resubmit', 'superior')).toMatchObject({ kind: 'refused', code: 'content.invalid' });
    await saveGuidelineDraft(em(), {
      id: version.id,
      edit: 2,
      content: complete,
      savedById: agency.people.superior.id,
    });
    expect(await act(id, 'resubmit', 'superior')).toMatchObject({ kind: 'applied' });
    expect((await versionOf(guidelineId)).status).toBe('ditinjau');
    await act(id, 'approve', 'head');
    expect(await act(id, 'approve', 'head')).toMatchObject({ kind: 'refused' });
    expect(await act(id, 'approve', 'secretary')).toMatchObject({ kind: 'applied' });
    await finished(id);
    expect(await versionOf(guidelineId)).toMatchObject({ status: 'berlaku', approvedAt: expect.any(Date) });
    expect(await em().count(AuditEvent, { matterId: id, kind: 'guidelineInForce' })).toBe(1);
    await expect.poll(() => em().count(GuidelineReader, { versionId: version.id })).toBe(6);
  });

  it('S1.2 an approved guideline waits for its day', async () => {
    const guidelineId = await addGuideline(em(), {
      content: { ...complete, effectiveOn: '2099-01-01' as CalendarDate },
      createdById: agency.people.superior.id,
    });
    const version = await versionOf(guidelineId);
    await setGuidelineStatus(em(), version.id, ['draf'], 'ditinjau');
    const id = await begun('guidelinePublication', version.id);
    await act(id, 'approve', 'head');
    await act(id, 'approve', 'secretary');
    expect(await versionOf(guidelineId)).toMatchObject({ status: 'ditetapkan' });
    expect(await em().findOneOrFail(Matter, { id })).toMatchObject({
      state: 'running',
      stage: 'waiting',
      effectiveAt: new Date('2098-12-31T17:00:00Z'),
    });
  });
});

describe('the approval of a rule set', () => {
  async function draftOf(validFrom: string, code: string): Promise<{ draftId: string; baseId: string }> {
    const baseId = await createRuleSet(em(), ruleSetData('triwulanan', { code }));
    const draftId = (await addRuleSetDraft(em(), {
      basedOnId: baseId,
      startsOn: validFrom,
      createdById: agency.people.superior.id,
    }))!;
    const draft = (await findRuleSetDraft(em(), draftId))!;
    const content: RuleSetData = { ...draft.content, reporting: { ...draft.content.reporting, dueWorkingDays: 7 } };
    await saveRuleSetDraft(em(), { id: draftId, version: 1, content, savedById: agency.people.superior.id });
    await setDraftState(em(), draftId, ['draft'], 'inReview');
    return { draftId, baseId };
  }

  it('S1.4 two persons approve it; then it is a version whose days overlap with no other', async () => {
    const { draftId, baseId } = await draftOf('2090-01-01', 'two-persons');
    const id = await begun('ruleSetApproval', draftId);
    expect(await em().count(RuleSet, { basedOnId: baseId })).toBe(0);
    expect(await act(id, 'approve', 'head')).toMatchObject({ kind: 'applied' });
    expect(await act(id, 'approve', 'head')).toMatchObject({ kind: 'refused' });
    expect(await act(id, 'approve', 'secretary')).toMatchObject({ kind: 'applied' });
    await finished(id);
    expect(await em().findOneOrFail(RuleSet, { basedOnId: baseId })).toMatchObject({
      series: 'two-persons',
      validFrom: '2090-01-01',
      data: { reporting: { dueWorkingDays: 7 } },
    });
    expect(await em().findOneOrFail(RuleSet, { id: baseId })).toMatchObject({ validTo: '2089-12-31' });
    expect((await findRuleSetDraft(em(), draftId))!.state).toBe('published');
  });

  it('S1.4 what was returned can be changed and sent back; what would overlap meanwhile is not approved', async () => {
    const { draftId, baseId } = await draftOf('2090-01-01', 'overlapping');
    const id = await begun('ruleSetApproval', draftId);
    await act(id, 'return', 'head');
    expect(await findRuleSetDraft(em(), draftId)).toMatchObject({ state: 'draft', returnedReason: reason });
    expect(await act(id, 'resubmit', 'superior')).toMatchObject({ kind: 'applied' });
    await act(id, 'approve', 'head');
    const rival = await createRuleSet(
      em(),
      ruleSetData('triwulanan', { code: 'overlapping-rival', validFrom: '2091-01-01' as CalendarDate }),
    );
    await em().nativeUpdate(RuleSet, { id: baseId }, { validTo: '2089-12-31' });
    await em().nativeUpdate(RuleSet, { id: rival }, { series: 'overlapping' });
    expect(await act(id, 'approve', 'secretary')).toMatchObject({
      kind: 'refused',
      code: 'content.invalid',
      detail: { codes: 'ruleSet.overlap' },
    });
    expect(await act(id, 'return', 'secretary')).toMatchObject({ kind: 'applied' });
  });
});
