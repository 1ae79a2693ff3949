import type { EntityManager } from '@mikro-orm/postgresql';
import { GENERAL_JOB, type LibraryIndicator } from '#domain/skp/library.ts';
import type { SkpDocument } from '#domain/skp/skp-document.ts';
import { containing, instantOf, NO_SQL, select, selectOne, sql, type Sql } from '../sql.ts';

export type LibraryRow = LibraryIndicator & { id: string; isRetired: boolean };
export type LibraryCursor = { job: string; indikator: string; id: string };
export type LibraryFilter = { search?: string | undefined; job?: string | undefined; retired?: boolean | undefined };

const COLUMNS = sql`l.id, l.job, l.indikator, l.aspek, l.satuan, l.measure, l.target, l.polarity, l.is_retired as "isRetired"`;

/** Indicators of the library by job and text. */
export async function listLibrary(
  em: EntityManager,
  { search, job, retired }: LibraryFilter,
  after: LibraryCursor | null,
  limit: number,
): Promise<{ items: LibraryRow[]; next: LibraryCursor | null }> {
  const found = await select<LibraryRow>(
    em,
    sql`select ${COLUMNS} from library_indicator l where l.is_retired = ${retired ?? false}
          ${job ? sql`and lower(l.job) = lower(${job})` : NO_SQL} ${search ? sql`and ${matching(search)}` : NO_SQL}
          ${after ? sql`and (l.job, l.indikator, l.id) > (${after.job}, ${after.indikator}, ${after.id}::uuid)` : NO_SQL}
        order by l.job, l.indikator, l.id limit ${limit + 1}`,
  );
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    next: found.length > limit && last ? { job: last.job, indikator: last.indikator, id: last.id } : null,
  };
}

const matching = (search: string): Sql =>
  sql`(l.indikator ilike ${containing(search)} or l.job ilike ${containing(search)} or l.satuan ilike ${containing(search)})`;

/** What fits a position: first its own job at any level, then what fits everybody; with a search, other jobs too. */
export const suggestIndicators = (em: EntityManager, positionTitle: string, search: string): Promise<LibraryRow[]> =>
  select<LibraryRow>(
    em,
    sql`select ${COLUMNS} from library_indicator l where not l.is_retired and ${search ? matching(search) : sql`(${fits(sql`l.job`, positionTitle)} or lower(l.job) = lower(${GENERAL_JOB}))`}
        order by ${fits(sql`l.job`, positionTitle)} desc, lower(l.job) = lower(${GENERAL_JOB}) desc, l.job, l.indikator limit 60`,
  );

const fits = (job: Sql, title: string): Sql =>
  sql`(lower(${title}) = lower(${job}) or starts_with(lower(${title}), lower(${job}) || ' '))`;

/** The jobs the library knows, with how many indicators each has. */
export const listJobs = (em: EntityManager): Promise<{ job: string; indicators: number }[]> =>
  select(
    em,
    sql`select min(job) as job, count(*)::int as indicators from library_indicator where not is_retired group by lower(job) order by 1`,
  );

/** Adds an indicator; null when the job has it already. */
export async function addIndicator(
  em: EntityManager,
  one: LibraryIndicator,
  byId: string | null,
): Promise<LibraryRow | null> {
  return selectOne<LibraryRow>(
    em,
    sql`insert into library_indicator as l (job, indikator, aspek, satuan, measure, target, polarity, updated_by_id)
        values (${one.job}, ${one.indikator}, ${one.aspek}, ${one.satuan}, ${one.measure}, ${one.target}, ${one.polarity}, ${byId}) on conflict do nothing returning ${COLUMNS}`,
  );
}

/** Changes an indicator; null when it does not exist, 'duplicate' when the job has such a one already. SKPs that took it stay as they are. */
export async function changeIndicator(
  em: EntityManager,
  id: string,
  one: LibraryIndicator,
  byId: string,
): Promise<LibraryRow | 'duplicate' | null> {
  const rival = await selectOne(
    em,
    sql`select 1 from library_indicator where id <> ${id} and not is_retired and lower(job) = lower(${one.job}) and lower(indikator) = lower(${one.indikator}) and aspek = ${one.aspek}`,
  );
  if (rival) return 'duplicate';
  return selectOne<LibraryRow>(
    em,
    sql`update library_indicator l set job = ${one.job}, indikator = ${one.indikator}, aspek = ${one.aspek}, satuan = ${one.satuan}, measure = ${one.measure}, target = ${one.target}, polarity = ${one.polarity},
          updated_by_id = ${byId}, updated_at = clock_timestamp() where l.id = ${id} and not l.is_retired returning ${COLUMNS}`,
  );
}

/** Takes an indicator out of use; false when it is not in use. */
export async function retireIndicator(em: EntityManager, id: string, byId: string): Promise<boolean> {
  return (
    (await selectOne(
      em,
      sql`update library_indicator set is_retired = true, updated_by_id = ${byId}, updated_at = clock_timestamp() where id = ${id} and not is_retired returning id`,
    )) !== null
  );
}

export type TemplateRow = { id: string; job: string; name: string; content: SkpDocument; updatedAt: string };
const TEMPLATE = sql`t.id, t.job, t.name, t.content, t.updated_at as "updatedAt"`;

/** Templates in use: all of them, or those that fit a position, its own job first. */
export async function listTemplates(em: EntityManager, positionTitle: string | null = null): Promise<TemplateRow[]> {
  const found = await select<TemplateRow>(
    em,
    positionTitle === null
      ? sql`select ${TEMPLATE} from skp_template t where not t.is_retired order by t.job, t.name`
      : sql`select ${TEMPLATE} from skp_template t where not t.is_retired and (${fits(sql`t.job`, positionTitle)} or lower(t.job) = lower(${GENERAL_JOB}))
            order by ${fits(sql`t.job`, positionTitle)} desc, t.name`,
  );
  return found.map((row) => ({ ...row, updatedAt: instantOf(row.updatedAt) }));
}

/** Writes a template under its job and name, over the one that was there. */
export async function saveTemplate(
  em: EntityManager,
  template: { job: string; name: string; content: SkpDocument },
  byId: string | null,
): Promise<TemplateRow> {
  const row = await selectOne<TemplateRow>(
    em,
    sql`insert into skp_template as t (job, name, content, updated_by_id) values (${template.job}, ${template.name}, ${JSON.stringify(template.content)}::jsonb, ${byId})
        on conflict (job, name) do update set content = excluded.content, is_retired = false, updated_by_id = excluded.updated_by_id, updated_at = clock_timestamp() returning ${TEMPLATE}`,
  );
  return { ...row!, updatedAt: instantOf(row!.updatedAt) };
}

/** Takes a template out of use; false when it is not in use. */
export async function retireTemplate(em: EntityManager, id: string, byId: string): Promise<boolean> {
  return (
    (await selectOne(
      em,
      sql`update skp_template set is_retired = true, updated_by_id = ${byId}, updated_at = clock_timestamp() where id = ${id} and not is_retired returning id`,
    )) !== null
  );
}

/** The title of the position a cycle is about. */
export async function positionTitleOf(em: EntityManager, cycleId: string): Promise<string | null> {
  return (
    (
      await selectOne<{ title: string }>(
        em,
        sql`select p.title from cycle c join position p on p.id = c.position_id where c.id = ${cycleId}`,
      )
    )?.title ?? null
  );
}
