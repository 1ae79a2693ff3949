import type { EntityManager } from '@mikro-orm/postgresql';
import type { RuleSetContent, RuleSetDraftView } from '#contracts/rule-sets.schemas.ts';
import { addDays, yearOf, type CalendarDate } from '#domain/calendar/calendar-date.ts';
import { problem, type Problem as Finding } from '#domain/result.ts';
import type { RuleSet } from '#domain/rule-sets/rule-set.ts';
import { validateRuleSet } from '#domain/rule-sets/validate-rule-set.ts';
import { validityProblems } from '#domain/rule-sets/validity.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { openProcedure, type OpenedProcedure } from '#persistence/procedures/procedures.repository.ts';
import { findRevisionTask, isInProcedure, openerOf } from '#persistence/procedures/subjects.queries.ts';
import {
  addRuleSetDraft,
  findRuleSetDraft,
  isCodeTaken,
  listRuleSetDrafts,
  readSeries,
  saveRuleSetDraft,
  setDraftState,
  type RuleSetDraftRow,
} from '#persistence/rule-sets/rule-set-drafts.repository.ts';
import { listRuleSets, readRuleSetContents, readRuleSetRegister } from '#persistence/rule-sets/rule-sets.queries.ts';
import { sql } from '#persistence/sql.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { requireSome } from '../access/ability.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { found, Problem } from '../http/problem.ts';
import { startOpened } from '../procedures/open-procedure.ts';
import { previewRules } from './rule-set-preview.ts';

export const ruleSetsRoutes = {
  ruleSets: signedIn.administration.ruleSets.handler(({ context }) => {
    requireSome(context.ability, 'read', 'RuleSet');
    return listRuleSets(context.em);
  }),
};

export const ruleSetDraftRoutes = {
  register: signedIn.ruleSets.register.handler(async ({ context }) => {
    requireSome(context.ability, 'read', 'RuleSet');
    const mayEdit = context.ability.can('administer', 'RuleSet');
    return {
      sets: await readRuleSetRegister(context.em, context.today),
      drafts: mayEdit ? await listRuleSetDrafts(context.em) : [],
    };
  }),
  one: signedIn.ruleSets.one.handler(async ({ input, context }) => {
    requireSome(context.ability, 'read', 'RuleSet');
    const set = found((await readRuleSetRegister(context.em, context.today, input.id))[0]);
    return {
      ...set,
      content: (await readRuleSetContents(context.em, [input.id])).get(input.id) as unknown as RuleSetContent,
    };
  }),
  createDraft: signedIn.ruleSets.createDraft.handler(async ({ input, context }) => {
    requireSome(context.ability, 'administer', 'RuleSet');
    const id = await inTransaction(context.em, async (em) => {
      const added = found(
        await addRuleSetDraft(em, {
          basedOnId: input.basedOnId,
          startsOn: addDays(context.today, 1),
          createdById: context.actor.employeeId,
        }),
      );
      await appendAuditEvent(em, {
        kind: 'ruleSetDrafted',
        at: new Date(),
        actorId: context.actor.employeeId,
        data: { draftId: added, basedOnId: input.basedOnId },
      });
      return added;
    });
    return presentDraft(context, id);
  }),
  draft: signedIn.ruleSets.draft.handler(({ input, context }) => presentDraft(context, input.id)),
  saveDraft: signedIn.ruleSets.saveDraft.handler(async ({ input, context }) => {
    const draft = await requireDraft(context, input.id);
    if (draft.state !== 'draft') throw new Problem('ruleSet.notDraft');
    if (await isCodeTaken(context.em, input.content.code, input.id)) throw new Problem('ruleSet.codeTaken');
    const saved = await saveRuleSetDraft(context.em, { ...input, savedById: context.actor.employeeId });
    if (!saved) throw new Problem('draft.conflict', { current: await presentDraft(context, input.id) });
    return {
      ...saved,
      findings: await findingsOf(context.em, { ...draft, content: input.content as unknown as RuleSet }, context.today),
    };
  }),
  withdrawDraft: signedIn.ruleSets.withdrawDraft.handler(async ({ input, context }) => {
    await requireDraft(context, input.id);
    if (await isInProcedure(context.em, input.id)) throw new Problem('ruleSet.inProcedure');
    await inTransaction(context.em, async (em) => {
      if (!(await setDraftState(em, input.id, ['draft'], 'withdrawn'))) throw new Problem('ruleSet.notDraft');
      await appendAuditEvent(em, {
        kind: 'ruleSetDraftWithdrawn',
        at: new Date(),
        actorId: context.actor.employeeId,
        data: { draftId: input.id },
      });
    });
    return { withdrawn: true as const };
  }),
  submitDraft: signedIn.ruleSets.submitDraft.handler(async ({ input, context }) => {
    const draft = await requireDraft(context, input.id);
    if (draft.state !== 'draft') throw new Problem('ruleSet.notDraft');
    const findings = await findingsOf(context.em, draft, context.today);
    if (findings.length)
      throw new Problem(
        'content.invalid',
        undefined,
        findings.map(({ path, code }) => ({ path, message: code })),
      );
    return startOpened(context, await handIn(context, draft));
  }),
  previewDraft: signedIn.ruleSets.previewDraft.handler(async ({ input, context }) => {
    const draft = await requireReadableDraft(context, input.id);
    const broken = validateRuleSet(draft.content);
    if (broken.length)
      throw new Problem(
        'content.invalid',
        undefined,
        broken.map(({ path, code }) => ({ path, message: code })),
      );
    const year = yearOf(context.today);
    const where = sql`m.rule_set_id in (select id from rule_set where coalesce(series, code) = ${draft.series}) and (m.state = 'running' or m.state = 'finished' and c.year >= ${year - 1})`;
    return previewRules(context.em, {
      where,
      to: draft.content,
      isMove: false,
      unitId: input.unitId,
      offset: input.offset,
    });
  }),
};

/** A draft that one may edit; the same answer as for one that does not exist. */
async function requireDraft(context: SignedInContext, id: string): Promise<RuleSetDraftRow> {
  requireSome(context.ability, 'administer', 'RuleSet');
  const draft = found(await findRuleSetDraft(context.em, id));
  if (draft.state === 'withdrawn') throw new Problem('not.found');
  return draft;
}

/** A draft for those who write it and for those who are asked to approve it. */
async function requireReadableDraft(context: SignedInContext, id: string): Promise<RuleSetDraftRow> {
  if (!context.ability.can('approve', 'RuleSet')) requireSome(context.ability, 'administer', 'RuleSet');
  return found(await findRuleSetDraft(context.em, id));
}

/** The draft is closed to changes and its procedure is opened, in one transaction. */
function handIn({ em, actor, today: day }: SignedInContext, draft: RuleSetDraftRow): Promise<OpenedProcedure> {
  return inTransaction(em, async (manager) => {
    if (await isInProcedure(manager, draft.id)) throw new Problem('ruleSet.inProcedure');
    if (!(await setDraftState(manager, draft.id, ['draft'], 'inReview'))) throw new Problem('ruleSet.notDraft');
    const opened = await openProcedure(manager, {
      kind: 'ruleSetApproval',
      subject: `${draft.content.name} (${draft.code})`,
      subjectId: draft.id,
      ...(await openerOf(manager, actor.employeeId)),
      today: day,
      data: { draftId: draft.id },
    });
    await appendAuditEvent(manager, {
      kind: 'ruleSetHandedIn',
      at: new Date(),
      actorId: actor.employeeId,
      data: { draftId: draft.id, procedureId: opened.id },
    });
    return opened;
  });
}

/** All that stands against a draft, at the field. */
async function findingsOf(em: EntityManager, draft: RuleSetDraftRow, today: CalendarDate): Promise<Finding[]> {
  const series = await readSeries(em, draft.series);
  const findings = validateRuleSet(draft.content);
  if (!findings.some(({ path }) => path.startsWith('valid')))
    findings.push(...validityProblems(draft.content, draft.baseContent, series, today));
  return sameRules(draft.content, draft.baseContent) ? [...findings, problem('ruleSet.unchanged', 'name')] : findings;
}

const sameRules = (a: RuleSet, b: RuleSet): boolean => {
  const rules = ({ code: _code, name: _name, validFrom: _from, validTo: _to, ...rest }: RuleSet): string =>
    JSON.stringify(Object.entries(rest).sort(([x], [y]) => (x < y ? -1 : 1)));
  return rules(a) === rules(b);
};

async function presentDraft(context: SignedInContext, id: string): Promise<RuleSetDraftView> {
  const draft = await requireReadableDraft(context, id);
  const { series: _series, ...view } = draft;
  return {
    ...view,
    content: draft.content as unknown as RuleSetContent,
    baseContent: draft.baseContent as unknown as RuleSetContent,
    findings: (await findingsOf(context.em, draft, context.today)).map(({ code, path, detail }) => ({
      code,
      path,
      ...(detail && { detail: { ...detail } }),
    })),
    resubmitTaskId: await findRevisionTask(context.em, id, context.actor.employeeId),
    canEdit: draft.state === 'draft' && context.ability.can('administer', 'RuleSet'),
  };
}
