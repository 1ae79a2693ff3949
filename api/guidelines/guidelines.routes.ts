import type { EntityManager } from '@mikro-orm/postgresql';
import type { z } from 'zod';
import type { GuidelineContent, GuidelineDraft, GuidelineView } from '#contracts/guidelines.contract.ts';
import { yearOf, type CalendarDate } from '#domain/calendar/calendar-date.ts';
import { emptyGuideline, validateGuideline, type GuidelineContent as Content } from '#domain/guidelines/guideline.ts';
import type { Problem as Finding } from '#domain/result.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import {
  findAttachment,
  listArticles,
  listAttachments,
  listGuidelines,
  listVersions,
  readLinks,
  removeAttachment,
} from '#persistence/guidelines/guidelines.queries.ts';
import {
  addGuideline,
  addGuidelineVersion,
  findGuidelineVersion,
  removeGuidelineDraft,
  saveGuidelineDraft,
  setGuidelineStatus,
  type GuidelineVersionRow,
} from '#persistence/guidelines/guidelines.repository.ts';
import { checkAcknowledgements } from '#persistence/guidelines/acknowledgement-days.repository.ts';
import {
  acknowledge,
  countUnread,
  findReading,
  listMyReadings,
  listReaders,
  readCoverage,
} from '#persistence/guidelines/readers.repository.ts';
import { findRevisionTask, isInProcedure, openerOf } from '#persistence/procedures/subjects.queries.ts';
import { openProcedure, type OpenedProcedure } from '#persistence/procedures/procedures.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { startOpened } from '../procedures/open-procedure.ts';
import { requireSome } from '../access/ability.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { signedIn, type ActingContext, type SignedInContext } from '../http/context.ts';
import { ANY_TEXT, readCursor, TIMESTAMP, UUID, writeCursor } from '../http/cursor.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { diffGuidelines } from './guideline-diff.ts';

export const guidelinesRoutes = {
  list: signedIn.guidelines.list.handler(async ({ input, context }) => {
    const after = readCursor(input.cursor, { at: TIMESTAMP, id: UUID });
    const reader = { employeeId: context.actor.employeeId, seesDrafts: seesDrafts(context) };
    const { items, next } = await listGuidelines(context.em, reader, input, after, input.limit);
    return { items, nextCursor: writeCursor(next) };
  }),
  one: signedIn.guidelines.one.handler(({ input, context }) =>
    presentGuideline(context, input.id, input.version ?? null),
  ),
  create: signedIn.guidelines.create.handler(async ({ context }) => {
    requireSome(context.ability, 'administer', 'Guideline');
    const id = await audited(context, 'guidelineDrafted', async (em) => {
      const added = await addGuideline(em, {
        content: emptyGuideline(yearOf(context.today)),
        createdById: context.actor.employeeId,
      });
      return [added, { guidelineId: added, version: 1 }];
    });
    return { id, version: 1 };
  }),
  newVersion: signedIn.guidelines.newVersion.handler(async ({ input, context }) => {
    requireSome(context.ability, 'administer', 'Guideline');
    found(await findGuidelineVersion(context.em, input.id));
    const version = await audited(context, 'guidelineDrafted', async (em) => {
      const added = await addGuidelineVersion(em, input.id, context.actor.employeeId);
      if (added === null) throw new Problem('guideline.openDraft');
      return [added, { guidelineId: input.id, version: added }];
    });
    return { id: input.id, version };
  }),
  draft: signedIn.guidelines.draft.handler(async ({ input, context }) =>
    presentDraft(context, await requireVersion(context, input)),
  ),
  saveDraft: signedIn.guidelines.saveDraft.handler(async ({ input, context }) => {
    const version = await requireVersion(context, input);
    if (version.status !== 'draf') throw new Problem('guideline.notDraft');
    const content = input.content as Content;
    const saved = await saveGuidelineDraft(context.em, {
      id: version.id,
      edit: input.edit,
      content,
      savedById: context.actor.employeeId,
    });
    if (!saved)
      throw new Problem('draft.conflict', {
        current: await presentDraft(context, await requireVersion(context, input)),
      });
    return { ...saved, findings: findingsOf({ ...version, content }, context.today) };
  }),
  removeDraft: signedIn.guidelines.removeDraft.handler(async ({ input, context }) => {
    const version = await requireVersion(context, input);
    if (await isInProcedure(context.em, version.id)) throw new Problem('guideline.inProcedure');
    await audited(context, 'guidelineDraftRemoved', async (em) => {
      if (!(await removeGuidelineDraft(em, version.id))) throw new Problem('guideline.notDraft');
      return [null, { guidelineId: input.id, version: input.version }];
    });
    return { removed: true as const };
  }),
  submit: signedIn.guidelines.submit.handler(async ({ input, context }) => {
    const version = await requireVersion(context, input);
    if (version.status !== 'draf') throw new Problem('guideline.notDraft');
    const findings = findingsOf(version, context.today);
    if (findings.length)
      throw new Problem(
        'content.invalid',
        undefined,
        findings.map(({ path, code }) => ({ path, message: code })),
      );
    return startOpened(context, await handIn(context, version));
  }),
  diff: signedIn.guidelines.diff.handler(async ({ input, context }) => {
    const [from, to] = await Promise.all([
      readableVersion(context, input.id, input.from),
      readableVersion(context, input.id, input.to),
    ]);
    return diffGuidelines(from.content, to.content);
  }),
  removeAttachment: signedIn.guidelines.removeAttachment.handler(async ({ input, context }) => {
    requireSome(context.ability, 'administer', 'Guideline');
    const file = found(await findAttachment(context.em, input.id));
    if (file.status !== 'draf') throw new Problem('guideline.notDraft');
    await removeAttachment(context.em, input.id);
    return { removed: true as const };
  }),
  articles: signedIn.guidelines.articles.handler(({ context }) => listArticles(context.em)),
  mine: signedIn.guidelines.mine.handler(({ context }) => listMyReadings(context.em, context.actor.employeeId)),
  unread: signedIn.guidelines.unread.handler(async ({ context }) => ({
    unread: await countUnread(context.em, context.actor.employeeId),
  })),
  acknowledge: signedIn.guidelines.acknowledge.handler(async ({ input, context }) => {
    const version = await readableVersion(context, input.id, input.version);
    const reading = await findReading(context.em, version.id, context.actor.employeeId);
    if (!reading) throw new Problem('guideline.notAsked');
    if (version.status !== 'berlaku' && !reading.acknowledgedAt) throw new Problem('guideline.notInForce');
    return { acknowledgedAt: found(await acknowledge(context.em, version.id, context.actor.employeeId)) };
  }),
  coverage: signedIn.guidelines.coverage.handler(async ({ input, context }) => {
    const { id } = await readableVersion(context, input.id, input.version);
    return readCoverage(context.em, id, watched(context));
  }),
  acknowledgementProof: signedIn.guidelines.acknowledgementProof.handler(async ({ input, context }) => {
    const { id } = await readableVersion(context, input.id, input.version);
    watched(context);
    return checkAcknowledgements(context.em, id);
  }),
  readers: signedIn.guidelines.readers.handler(async ({ input, context }) => {
    const { id } = await readableVersion(context, input.id, input.version);
    const after = readCursor(input.cursor, { name: ANY_TEXT, id: UUID });
    const { items, next } = await listReaders(context.em, id, watched(context), input, after, input.limit);
    return { items, nextCursor: writeCursor(next) };
  }),
};

/** The people whose reading one may watch: the own employees of one's role, auditors included. Others have no such list. */
export function watched(context: SignedInContext) {
  if (!(['administer', 'approve', 'export'] as const).some((action) => context.ability.can(action, 'Guideline')))
    throw new Problem('access.denied');
  return accessibleBy(context.ability, 'read', 'Employee');
}

const PUBLISHED: readonly string[] = ['berlaku', 'diubah', 'dicabut'];
const seesDrafts = ({ ability }: SignedInContext): boolean =>
  ability.can('administer', 'Guideline') || ability.can('approve', 'Guideline');

/** A version that one may read: a published one, or any for those who write and approve them. */
export async function readableVersion(
  context: SignedInContext,
  id: string,
  version: number | null,
): Promise<GuidelineVersionRow> {
  const row = found(await findGuidelineVersion(context.em, id, version ?? (await newestReadable(context, id))));
  if (!PUBLISHED.includes(row.status) && !seesDrafts(context)) throw notFound();
  return row;
}

async function newestReadable(context: SignedInContext, id: string): Promise<number> {
  return found((await listVersions(context.em, id, seesDrafts(context)))[0]).version;
}

/** A version for somebody who may change it. */
export async function requireVersion(
  context: ActingContext,
  { id, version }: { id: string; version: number },
): Promise<GuidelineVersionRow> {
  requireSome(context.ability, 'administer', 'Guideline');
  return found(await findGuidelineVersion(context.em, id, version));
}

const findingsOf = (
  { content, guidelineId }: Pick<GuidelineVersionRow, 'content' | 'guidelineId'>,
  today: CalendarDate,
): Finding[] => validateGuideline(content, guidelineId, today);

async function presentDraft(
  { em, actor, today }: SignedInContext,
  row: GuidelineVersionRow,
): Promise<z.infer<typeof GuidelineDraft>> {
  const findings =
    row.status === 'draf'
      ? findingsOf(row, today).map(({ code, path, detail }) => ({
          code,
          path,
          ...(detail && { detail: { ...detail } }),
        }))
      : [];
  const resubmitTaskId = await findRevisionTask(em, row.id, actor.employeeId);
  return {
    version: row.edit,
    content: row.content as GuidelineContent,
    updatedAt: row.updatedAt,
    updatedBy: row.updatedBy,
    findings,
    returnedReason: row.returnedReason,
    resubmitTaskId,
  };
}

async function presentGuideline(context: SignedInContext, id: string, version: number | null): Promise<GuidelineView> {
  const row = await readableVersion(context, id, version);
  const canAdminister = context.ability.can('administer', 'Guideline');
  const { em } = context;
  return {
    id,
    version: row.version,
    status: row.status,
    content: row.content as GuidelineContent,
    versions: await listVersions(em, id, seesDrafts(context)),
    links: await readLinks(em, row.id),
    attachments: await listAttachments(em, row.id),
    mine: await findReading(em, row.id, context.actor.employeeId),
    mended: row.returnedContent && seesDrafts(context) ? diffGuidelines(row.returnedContent, row.content) : null,
    canEdit: canAdminister && row.status === 'draf',
    canAdminister,
  };
}

/** The draft is closed to changes and its procedure is opened, in one transaction. */
function handIn(context: SignedInContext, version: GuidelineVersionRow): Promise<OpenedProcedure> {
  const { title, number, year } = version.content;
  return audited(context, 'guidelineHandedIn', async (em) => {
    if (await isInProcedure(em, version.id)) throw new Problem('guideline.inProcedure');
    if (!(await setGuidelineStatus(em, version.id, ['draf'], 'ditinjau'))) throw new Problem('guideline.notDraft');
    const opened = await openProcedure(em, {
      kind: 'guidelinePublication',
      subject: `${title} (${number}/${year}, v${version.version})`,
      subjectId: version.id,
      ...(await openerOf(em, context.actor.employeeId)),
      today: context.today,
      data: { guidelineId: version.guidelineId, version: version.version },
    });
    return [opened, { guidelineId: version.guidelineId, version: version.version, procedureId: opened.id }];
  });
}

/** Writes with its line in the agency's audit log. */
function audited<Value>(
  { em, actor }: SignedInContext,
  kind: string,
  write: (em: EntityManager) => Promise<[Value, Record<string, unknown>]>,
): Promise<Value> {
  return inTransaction(em, async (inner) => {
    const [value, data] = await write(inner);
    await appendAuditEvent(inner, { kind, at: new Date(), actorId: actor.employeeId, data });
    return value;
  });
}
