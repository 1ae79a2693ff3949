import type { EntityManager } from '@mikro-orm/postgresql';
import { endedStatus, type GuidelineContent, type GuidelineStatus } from '#domain/guidelines/guideline.ts';
import { instantOf, NO_SQL, select, selectOne, sql } from '../sql.ts';

export type GuidelineVersionRow = {
  id: string;
  guidelineId: string;
  version: number;
  status: GuidelineStatus;
  content: GuidelineContent;
  edit: number;
  returnedReason: string | null;
  returnedContent: GuidelineContent | null;
  updatedAt: string;
  updatedBy: { id: string; name: string } | null;
  createdById: string | null;
};

const VERSION = sql`v.id, v.guideline_id as "guidelineId", v.version, v.status, v.content, v.edit, v.returned_reason as "returnedReason", v.returned_content as "returnedContent", v.updated_at as "updatedAt",
  v.created_by_id as "createdById", case when e.id is null then null else json_build_object('id', e.id, 'name', e.name) end as "updatedBy"`;

/** A version of a guideline; the newest one when no number is given. */
export async function findGuidelineVersion(
  em: EntityManager,
  guidelineId: string,
  version: number | null = null,
): Promise<GuidelineVersionRow | null> {
  const row = await selectOne<GuidelineVersionRow>(
    em,
    sql`select ${VERSION} from guideline_version v left join employee e on e.id = v.updated_by_id
        where v.guideline_id = ${guidelineId} ${version === null ? NO_SQL : sql`and v.version = ${version}`} order by v.version desc limit 1`,
  );
  return row && { ...row, updatedAt: instantOf(row.updatedAt) };
}

/** A version by its own id. */
export async function findVersionById(em: EntityManager, id: string): Promise<GuidelineVersionRow | null> {
  const row = await selectOne<GuidelineVersionRow>(
    em,
    sql`select ${VERSION} from guideline_version v left join employee e on e.id = v.updated_by_id where v.id = ${id}`,
  );
  return row && { ...row, updatedAt: instantOf(row.updatedAt) };
}

/** Writes a guideline with its first version, a draft; returns the guideline's id. */
export async function addGuideline(
  em: EntityManager,
  { content, createdById }: { content: GuidelineContent; createdById: string | null },
): Promise<string> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`with made as (insert into guideline (created_by_id) values (${createdById}) returning id)
        insert into guideline_version (guideline_id, version, content, created_by_id, updated_by_id) select id, 1, ${JSON.stringify(content)}::jsonb, ${createdById}, ${createdById} from made
        returning guideline_id as id`,
  );
  return row!.id;
}

/** Copies the newest version into a draft, with its attachments; null when one is in the making already. The day of effect is left open. */
export async function addGuidelineVersion(
  em: EntityManager,
  guidelineId: string,
  createdById: string,
): Promise<number | null> {
  const row = await selectOne<{ version: number }>(
    em,
    sql`with last as (select * from guideline_version where guideline_id = ${guidelineId} order by version desc limit 1),
        made as (
          insert into guideline_version (guideline_id, version, content, created_by_id, updated_by_id)
          select guideline_id, version + 1, content || '{"effectiveOn": null, "links": []}', ${createdById}, ${createdById} from last where status not in ('draf', 'ditinjau', 'ditetapkan')
          on conflict do nothing returning id, version),
        copied as (
          insert into guideline_attachment (version_id, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by_id, uploaded_at)
          select made.id, a.file_name, a.media_type, a.size_bytes, a.sha256, a.storage_key, a.uploaded_by_id, a.uploaded_at
          from made, last join guideline_attachment a on a.version_id = last.id and a.removed_at is null)
        select version from made`,
  );
  return row?.version ?? null;
}

/** Saves on top of an edit. Null when somebody saved in between or the version is no draft any more. */
export async function saveGuidelineDraft(
  em: EntityManager,
  draft: { id: string; edit: number; content: GuidelineContent; savedById: string },
): Promise<{ version: number; updatedAt: string } | null> {
  const row = await selectOne<{ version: number; updatedAt: string }>(
    em,
    sql`update guideline_version set edit = edit + 1, content = ${JSON.stringify(draft.content)}::jsonb, updated_at = clock_timestamp(), updated_by_id = ${draft.savedById}
        where id = ${draft.id} and edit = ${draft.edit} and status = 'draf' returning edit as version, updated_at as "updatedAt"`,
  );
  return row && { version: row.version, updatedAt: instantOf(row.updatedAt) };
}

/** Removes a version that was never published; the guideline goes with its only version. False when it is no draft. */
export async function removeGuidelineDraft(em: EntityManager, versionId: string): Promise<boolean> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`select guideline_id as id from guideline_version where id = ${versionId} and status = 'draf' for update`,
  );
  if (!row) return false;
  await select(em, sql`delete from guideline_attachment where version_id = ${versionId}`);
  await select(em, sql`delete from guideline_version where id = ${versionId}`);
  await select(
    em,
    sql`delete from guideline g where id = ${row.id} and not exists (select 1 from guideline_version v where v.guideline_id = g.id)`,
  );
  return true;
}

/** Moves a version from one of these statuses to another; false when it is in none of them. With a reason it is returned, and what it said then is kept beside it. */
export async function setGuidelineStatus(
  em: EntityManager,
  versionId: string,
  from: readonly GuidelineStatus[],
  to: GuidelineStatus,
  returnedReason: string | null = null,
): Promise<boolean> {
  const row = await selectOne(
    em,
    sql`update guideline_version set status = ${to}, returned_reason = ${returnedReason},
          returned_content = case when ${returnedReason}::text is null then returned_content else content end, approved_at = case when ${to}::text = 'ditetapkan' then clock_timestamp() else approved_at end
        where id = ${versionId} and status = any(${from}::text[]) returning id`,
  );
  return row !== null;
}

/**
 * A version takes effect: the version before it and what it amends are changed, what it revokes is revoked, and nobody is reminded of
 * those any more. Harmless when repeated. The announcement follows in batches.
 */
export async function putGuidelineInForce(em: EntityManager, versionId: string, at: Date): Promise<void> {
  const version = await findVersionById(em, versionId);
  if (!version || version.status === 'berlaku') return;
  await endVersion(em, version.guidelineId, versionId, endedStatus('succeeds'), at);
  for (const { guidelineId, relation } of version.content.links)
    await endVersion(em, guidelineId, versionId, endedStatus(relation), at);
  await select(em, sql`update guideline_version set status = 'berlaku', effective_at = ${at} where id = ${versionId}`);
  await select(em, sql`insert into guideline_announcement (version_id) values (${versionId}) on conflict do nothing`);
}

async function endVersion(
  em: EntityManager,
  guidelineId: string,
  endedById: string,
  status: GuidelineStatus,
  at: Date,
): Promise<void> {
  // First, since it waits for a batch of readers that is being told.
  await select(
    em,
    sql`delete from guideline_announcement a using guideline_version v where v.id = a.version_id and v.guideline_id = ${guidelineId} and v.id <> ${endedById}`,
  );
  await select(
    em,
    sql`with ended as (
          update guideline_version set status = ${status}, ended_at = ${at}, ended_by_id = ${endedById} where guideline_id = ${guidelineId} and status = 'berlaku' and id <> ${endedById} returning id)
        update guideline_reader r set next_step_at = null, superior_at = null from ended where r.version_id = ended.id and (r.next_step_at is not null or r.superior_at is not null)`,
  );
}
