import type { EntityManager } from '@mikro-orm/postgresql';
import type { GuidelineKind, GuidelineStatus } from '#domain/guidelines/guideline.ts';
import { containing, instantOf, instantOrNull, NO_SQL, select, sql } from '../sql.ts';

export type GuidelineListRow = {
  id: string;
  version: number;
  status: GuidelineStatus;
  kind: GuidelineKind;
  number: string;
  year: number | null;
  title: string;
  issuer: string;
  effectiveOn: string | null;
  updatedAt: string;
  mine: { dueAt: string; acknowledgedAt: string | null } | null;
};
export type GuidelineFilter = {
  search?: string | undefined;
  kind?: string | undefined;
  status?: string | undefined;
  year?: number | undefined;
};
export type GuidelineCursor = { at: string; id: string };

const PUBLISHED = sql`status in ('berlaku', 'diubah', 'dicabut')`;

/** Guidelines with their newest version that the reader may see, the last changed first. `seesDrafts`: also what is not published. */
export async function listGuidelines(
  em: EntityManager,
  reader: { employeeId: string; seesDrafts: boolean },
  { search, kind, status, year }: GuidelineFilter,
  after: GuidelineCursor | null,
  limit: number,
): Promise<{ items: GuidelineListRow[]; next: GuidelineCursor | null }> {
  const found = await select<GuidelineListRow & { rank: string }>(
    em,
    sql`select v.guideline_id as id, v.version, v.status, v.kind, v.number, v.year, v.title, v.content ->> 'issuer' as issuer, v.content ->> 'effectiveOn' as "effectiveOn",
          v.updated_at as "updatedAt", v.updated_at::text as rank,
          case when r.employee_id is null then null else json_build_object('dueAt', r.due_at, 'acknowledgedAt', r.acknowledged_at) end as mine
        from (select distinct on (guideline_id) * from guideline_version ${reader.seesDrafts ? NO_SQL : sql`where ${PUBLISHED}`} order by guideline_id, version desc) v
        left join guideline_reader r on r.version_id = v.id and r.employee_id = ${reader.employeeId}
        where true
          ${search ? sql`and (v.title ilike ${containing(search)} or v.number ilike ${containing(search)} or v.content ->> 'issuer' ilike ${containing(search)})` : NO_SQL}
          ${kind ? sql`and v.kind = ${kind}` : NO_SQL} ${status ? sql`and v.status = ${status}` : NO_SQL} ${year ? sql`and v.year = ${year}` : NO_SQL}
          ${after ? sql`and (v.updated_at, v.guideline_id) < (${after.at}::timestamptz, ${after.id}::uuid)` : NO_SQL}
        order by v.updated_at desc, v.guideline_id desc limit ${limit + 1}`,
  );
  const items = found
    .slice(0, limit)
    .map(({ rank: _rank, ...row }) => ({
      ...row,
      updatedAt: instantOf(row.updatedAt),
      mine: row.mine && presentMine(row.mine),
    }));
  const last = found[limit - 1];
  return { items, next: found.length > limit && last ? { at: last.rank, id: last.id } : null };
}

const presentMine = ({ dueAt, acknowledgedAt }: { dueAt: string; acknowledgedAt: string | null }) => ({
  dueAt: instantOf(dueAt),
  acknowledgedAt: instantOrNull(acknowledgedAt),
});

export type VersionListRow = {
  version: number;
  status: GuidelineStatus;
  approvedAt: string | null;
  effectiveAt: string | null;
  endedAt: string | null;
};

/** The versions of a guideline, the newest first. */
export async function listVersions(
  em: EntityManager,
  guidelineId: string,
  seesDrafts: boolean,
): Promise<VersionListRow[]> {
  const found = await select<VersionListRow>(
    em,
    sql`select version, status, approved_at as "approvedAt", effective_at as "effectiveAt", ended_at as "endedAt" from guideline_version
        where guideline_id = ${guidelineId} ${seesDrafts ? NO_SQL : sql`and ${PUBLISHED}`} order by version desc`,
  );
  return found.map((row) => ({
    ...row,
    approvedAt: instantOrNull(row.approvedAt),
    effectiveAt: instantOrNull(row.effectiveAt),
    endedAt: instantOrNull(row.endedAt),
  }));
}

export type NamedLink = {
  relation: 'amends' | 'revokes' | 'amendedBy' | 'revokedBy' | 'succeededBy';
  guidelineId: string;
  version: number;
  number: string;
  year: number | null;
  title: string;
};

/** What a version amends and revokes, and what ended it. */
export const readLinks = (em: EntityManager, versionId: string): Promise<NamedLink[]> =>
  select<NamedLink>(
    em,
    sql`select l ->> 'relation' as relation, t.guideline_id as "guidelineId", t.version, t.number, t.year, t.title
        from guideline_version v cross join lateral jsonb_array_elements(v.content -> 'links') l
        join lateral (select * from guideline_version where guideline_id = (l ->> 'guidelineId')::uuid order by version desc limit 1) t on true where v.id = ${versionId}
        union all
        select case when e.guideline_id = v.guideline_id then 'succeededBy' when v.status = 'dicabut' then 'revokedBy' else 'amendedBy' end, e.guideline_id, e.version, e.number, e.year, e.title
        from guideline_version v join guideline_version e on e.id = v.ended_by_id where v.id = ${versionId}`,
  );

export type ArticleRow = { guidelineId: string; version: number; articleId: string; label: string };

/** The articles of all guidelines in force, to bind rules to. */
export const listArticles = (em: EntityManager): Promise<ArticleRow[]> =>
  select<ArticleRow>(
    em,
    sql`select v.guideline_id as "guidelineId", v.version, a ->> 'id' as "articleId", concat(initcap(v.kind), ' ', v.number, '/', v.year, ' ', a ->> 'heading') as label
        from guideline_version v cross join lateral jsonb_array_elements(v.content -> 'articles') with ordinality as l(a, place)
        where v.status = 'berlaku' order by v.year desc, v.number, place`,
  );

export type AttachmentRow = {
  id: string;
  fileName: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
  uploadedAt: string;
};
export type StoredAttachment = AttachmentRow & {
  versionId: string;
  storageKey: string;
  status: GuidelineStatus;
  guidelineId: string;
};
const ATTACHMENT = sql`a.id, a.file_name as "fileName", a.media_type as "mediaType", a.size_bytes::float8 as "sizeBytes", a.sha256, a.uploaded_at as "uploadedAt"`;

/** The files of a version in the order they came. */
export async function listAttachments(em: EntityManager, versionId: string): Promise<AttachmentRow[]> {
  const found = await select<AttachmentRow>(
    em,
    sql`select ${ATTACHMENT} from guideline_attachment a where a.version_id = ${versionId} and a.removed_at is null order by a.uploaded_at, a.id`,
  );
  return found.map((row) => ({ ...row, uploadedAt: instantOf(row.uploadedAt) }));
}

/** A file with where it lies and the version it belongs to. */
export async function findAttachment(em: EntityManager, id: string): Promise<StoredAttachment | null> {
  const [row] = await select<StoredAttachment>(
    em,
    sql`select ${ATTACHMENT}, a.version_id as "versionId", a.storage_key as "storageKey", v.status, v.guideline_id as "guidelineId"
        from guideline_attachment a join guideline_version v on v.id = a.version_id where a.id = ${id} and a.removed_at is null`,
  );
  return row ?? null;
}

export type NewAttachment = {
  versionId: string;
  fileName: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
  storageKey: string;
  uploadedById: string;
};

/** Writes the row of a stored file; null when the version is no draft any more. Nobody hands the version in while this runs. */
export async function addAttachment(em: EntityManager, file: NewAttachment): Promise<AttachmentRow | null> {
  const [row] = await select<AttachmentRow>(
    em,
    sql`with draft as (select id from guideline_version where id = ${file.versionId} and status = 'draf' for share)
        insert into guideline_attachment as a (version_id, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by_id)
        select draft.id, ${file.fileName}, ${file.mediaType}, ${file.sizeBytes}, ${file.sha256}, ${file.storageKey}, ${file.uploadedById} from draft returning ${ATTACHMENT}`,
  );
  return row ? { ...row, uploadedAt: instantOf(row.uploadedAt) } : null;
}

/** Hides a file; the row stays for the record. */
export const removeAttachment = (em: EntityManager, id: string): Promise<unknown> =>
  select(em, sql`update guideline_attachment set removed_at = now() where id = ${id} and removed_at is null`);
