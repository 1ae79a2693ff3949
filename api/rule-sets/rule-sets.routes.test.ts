import { beforeEach, describe, expect, it } from 'vitest';
import type { RuleSetContent } from '#contracts/rule-sets.schemas.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { publishRuleSetDraft } from '#persistence/rule-sets/rule-set-drafts.repository.ts';
import { RuleSetMove } from '#persistence/rule-sets/rule-set-moves.entities.ts';
import { RuleSet } from '#persistence/rule-sets/rule-sets.entities.ts';
import { moveWorkflowId } from '#domain/process/names.ts';
import { reason } from '#test/factories/decisions.ts';
import { createRuleSet, ruleSetData, seat } from '#test/factories/agency.ts';
import { createSteppedEngine } from '../testing/stepped-engine.ts';
import { useApi } from '../testing/test-api.ts';
import { createTwoUnits } from '../testing/two-units.ts';

const calls: string[] = [];
const stepped = createSteppedEngine(() => api.orm);

const api = await useApi({
  engine: {
    async deliver({ form, name, workflowId }) {
      calls.push(`${form} ${name} ${workflowId}`);
      return { kind: 'applied', at: Date.now() };
    },
  },
});
const agency = await createTwoUnits(api.em());
await stepped.start(agency.cycles.employee);
const admin = await api.as(agency.people.admin.id);
const employee = await api.as(agency.people.employee.id);
await seat(api.em(), 'ppk', agency.unitId, agency.people.head.id);
const head = await api.as(agency.people.head.id);
beforeEach(() => void calls.splice(0));

const newDraft = async (basedOnId = agency.ruleSetId) => (await admin.post('/rule-set-drafts', { basedOnId })).body;
const change = (content: RuleSetContent, more: Partial<RuleSetContent>): RuleSetContent => ({ ...content, ...more });

describe('drafts of rule sets', () => {
  it('S1.4 are copied from a rule set in force, under a code of their own, and only for those who administer rule sets', async () => {
    expect((await employee.post('/rule-set-drafts', { basedOnId: agency.ruleSetId })).status).toBe(403);
    const draft = await newDraft();
    expect(draft).toMatchObject({ state: 'draft', version: 1, canEdit: true, base: { id: agency.ruleSetId } });
    expect(draft.content.code).not.toBe(draft.baseContent.code);
    expect(draft.findings.map(({ code }: { code: string }) => code)).toEqual(['ruleSet.unchanged']);
    expect((await employee.get(`/rule-set-drafts/${draft.id}`)).status).toBe(403);
    expect((await head.get(`/rule-set-drafts/${draft.id}`)).body.canEdit).toBe(false);
    expect((await admin.get('/rule-set-register')).body.drafts.map(({ id }: { id: string }) => id)).toContain(draft.id);
    expect((await employee.get('/rule-set-register')).body.drafts).toEqual([]);
  });

  it('S1.4 are saved on top of a version, with every error at its field', async () => {
    const draft = await newDraft();
    const content = change(draft.content, {
      ladder: [
        { offsetWorkingDays: 2, action: 'remind', to: ['assignee'] },
        { offsetWorkingDays: 1, action: 'remind', to: [] },
      ],
      reporting: { ...draft.content.reporting, dueWorkingDays: null },
      validFrom: '2020-01-01',
    });
    const saved = await admin.put(`/rule-set-drafts/${draft.id}`, { version: 1, content });
    expect(saved.body.findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'ruleSet.ladderOrder', path: 'ladder.1.offsetWorkingDays' }),
        expect.objectContaining({ code: 'ruleSet.ladderNobody', path: 'ladder.1.to' }),
        expect.objectContaining({ code: 'ruleSet.duration', path: 'reporting.dueWorkingDays' }),
        expect.objectContaining({ code: 'ruleSet.startsInPast', path: 'validFrom' }),
      ]),
    );
    const late = await admin.put(`/rule-set-drafts/${draft.id}`, { version: 1, content });
    expect(late).toMatchObject({ status: 409, body: { code: 'draft.conflict', detail: { current: { version: 2 } } } });
    expect(
      (
        await admin.put(`/rule-set-drafts/${draft.id}`, {
          version: 2,
          content: { ...content, skp: { ...content.skp, whenNotWorkingDay: 'never' } },
        })
      ).status,
    ).toBe(422);
    expect(
      (
        await admin.put(`/rule-set-drafts/${draft.id}`, {
          version: 2,
          content: { ...content, code: draft.baseContent.code },
        })
      ).body.code,
    ).toBe('ruleSet.codeTaken');
    expect((await admin.delete(`/rule-set-drafts/${draft.id}`)).status).toBe(200);
    expect((await admin.get('/rule-set-register')).body.drafts.map(({ id }: { id: string }) => id)).not.toContain(
      draft.id,
    );
  });

  it('S1.4 keep what an older or newer release wrote into them', async () => {
    const draft = await newDraft();
    const content = { ...draft.content, training: { ...draft.content.training, something: { new: true } }, later: 1 };
    await admin.put(`/rule-set-drafts/${draft.id}`, { version: 1, content });
    expect((await admin.get(`/rule-set-drafts/${draft.id}`)).body.content).toMatchObject({
      training: { something: { new: true } },
      later: 1,
    });
  });

  it('S1.4 tell what they would change, computed from the cycles as they stand', async () => {
    const draft = await newDraft();
    await admin.put(`/rule-set-drafts/${draft.id}`, {
      version: 1,
      content: change(draft.content, { skp: { ...draft.content.skp, establishBy: { month: 3, day: 20 } } }),
    });
    const before = await api.em().find(Task, { state: 'open' });
    const preview = (await admin.get(`/rule-set-drafts/${draft.id}/preview`)).body;
    expect(preview).toMatchObject({ concerned: preview.people.length, nextOffset: null });
    const mine = preview.people.find(({ cycleId }: { cycleId: string }) => cycleId === agency.cycles.employee);
    expect(mine?.dates ?? []).toEqual(expect.any(Array));
    expect(await api.em().find(Task, { state: 'open' })).toEqual(before);
    expect((await employee.get(`/rule-set-drafts/${draft.id}/preview`)).status).toBe(403);
    expect((await head.get(`/rule-set-drafts/${draft.id}/preview`)).status).toBe(200);
  });

  it('S1.4 once published end the version before; the database refuses two versions on one day', async () => {
    const draft = await newDraft();
    await admin.put(`/rule-set-drafts/${draft.id}`, {
      version: 1,
      content: change(draft.content, {
        validFrom: '2031-01-01',
        reporting: { ...draft.content.reporting, dueWorkingDays: 7 },
      }),
    });
    const id = await api.em().transactional((em) => publishRuleSetDraft(em as never, draft.id, agency.people.head.id));
    expect(
      await api.em().transactional((em) => publishRuleSetDraft(em as never, draft.id, agency.people.head.id)),
    ).toBe(id);
    const base = await api.em().findOneOrFail(RuleSet, { id: agency.ruleSetId });
    expect(base).toMatchObject({ validTo: '2030-12-31', data: { validTo: '2030-12-31' } });
    expect(await api.em().findOneOrFail(RuleSet, { id })).toMatchObject({ validFrom: '2031-01-01', validTo: null });
    const register = (await admin.get('/rule-set-register')).body.sets;
    expect(register.find((set: { id: string }) => set.id === id)).toMatchObject({
      series: base.code,
      standing: 'ahead',
    });
    await expect(
      api
        .em()
        .execute(
          `insert into rule_set (code, name, valid_from, data, series) values ('rival', 'x', '2031-05-01', '{}', ?)`,
          [base.code],
        ),
    ).rejects.toThrow(/rule_set_validity/);
    expect((await admin.put(`/rule-set-drafts/${draft.id}`, { version: 2, content: draft.content })).body.code).toBe(
      'ruleSet.notDraft',
    );
  });
});

describe('moving running cycles', () => {
  it('S1.6 shows first what would change, then is an act with a reason and an audit line', async () => {
    const rules = ruleSetData('triwulanan', { code: 'for-move' });
    const ruleSetId = await createRuleSet(api.em(), {
      ...rules,
      skp: { ...rules.skp, establishBy: { month: 12, day: 20 } },
    });
    const scope = { ruleSetId, unitId: agency.unitId };
    expect((await employee.post('/rule-set-moves/preview', scope)).status).toBe(403);
    const preview = await admin.post('/rule-set-moves/preview', scope);
    expect(preview).toMatchObject({ status: 200, body: { cycles: 3, concerned: 3, refusals: [] } });
    const person = preview.body.people.find(({ cycleId }: { cycleId: string }) => cycleId === agency.cycles.employee);
    expect(person.refusal).toBeNull();
    expect(person.dates.length).toBeGreaterThan(0);
    expect((await admin.post('/rule-set-moves', { ...scope, reason: 'kurang' })).status).toBe(422);
    const opened = await admin.post('/rule-set-moves', { ...scope, reason });
    expect(opened).toMatchObject({ status: 200, body: { state: 'running', reason, total: 0 } });
    expect(calls).toEqual([`start ruleSetMove ${moveWorkflowId(opened.body.id)}`]);
    expect(await api.em().count(AuditEvent, { kind: 'ruleSetMoveOpened', actorId: agency.people.admin.id })).toBe(1);
    expect((await admin.post('/rule-set-moves', { ...scope, reason })).body.code).toBe('ruleSetMove.running');
    expect((await admin.post(`/rule-set-moves/${opened.body.id}/pause`)).status).toBe(200);
    expect(calls.at(-1)).toBe(`update pauseMove ${moveWorkflowId(opened.body.id)}`);
    expect((await employee.get(`/rule-set-moves/${opened.body.id}`)).status).toBe(404);
    await api.em().nativeUpdate(RuleSetMove, { id: opened.body.id }, { state: 'finished', finishedAt: new Date() });
    expect((await admin.post(`/rule-set-moves/${opened.body.id}/resume`)).body.code).toBe('ruleSetMove.notOpen');
  });

  it('S1.6 names the cycles that cannot move, and does not begin when none can', async () => {
    const monthly = await createRuleSet(api.em(), ruleSetData('bulanan', { code: 'monthly-move' }));
    const preview = await admin.post('/rule-set-moves/preview', { ruleSetId: monthly, unitId: agency.unitId });
    expect(preview.body).toMatchObject({
      cycles: 3,
      concerned: 0,
      refusals: [{ code: 'ruleSetMove.frequencyDiffers', cycles: 3 }],
    });
    expect((await admin.post('/rule-set-moves', { ruleSetId: monthly, unitId: agency.unitId, reason })).body.code).toBe(
      'ruleSetMove.nobody',
    );
    const ahead = await createRuleSet(
      api.em(),
      ruleSetData('triwulanan', { code: 'ahead-move', validFrom: '2040-01-01' as never }),
    );
    expect((await admin.post('/rule-set-moves/preview', { ruleSetId: ahead, unitId: agency.unitId })).body.code).toBe(
      'ruleSetMove.notInForce',
    );
    expect((await admin.post('/campaigns', { year: 2027, unitId: agency.unitId, ruleSetId: ahead })).body.code).toBe(
      'campaign.ruleSetNotInForce',
    );
  });
});
