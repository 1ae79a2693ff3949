import type { EntityManager } from '@mikro-orm/postgresql';
import type { RuleSet as RuleSetData } from '#domain/rule-sets/rule-set.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { endedBefore, type SeriesVersion } from '#domain/rule-sets/validity.ts';
import { instantOf, NO_SQL, select, selectOne, sql } from '../sql.ts';

export type DraftState = 'draft' | 'inReview' | 'published' | 'withdrawn';
export type RuleSetDraftListRow = {
  id: string;
  code: string;
  name: string;
  base: { id: string; name: string };
  state: DraftState;
  updatedAt: string;
  updatedBy: { id: string; name: string };
};
export type RuleSetDraftRow = RuleSetDraftListRow & {
  version: number;
  series: string;
  content: RuleSetData;
  baseContent: RuleSetData;
  returnedReason: string | null;
  createdBy: { id: string; name: string };
};

const LIST = sql`d.id, d.code, d.data ->> 'name' as name, json_build_object('id', b.id, 'name', b.name) as base, d.state, d.updated_at as "updatedAt",
  json_build_object('id', u.id, 'name', u.name) as "updatedBy"`;
const FROM = sql`from rule_set_draft d join rule_set b on b.id = d.based_on_id join employee u on u.id = d.updated_by_id join employee m on m.id = d.created_by_id`;

/** Drafts that are not published or withdrawn, the newest first. */
export async function listRuleSetDrafts(em: EntityManager): Promise<RuleSetDraftListRow[]> {
  const found = await select<RuleSetDraftListRow>(
    em,
    sql`select ${LIST} ${FROM} where d.state in ('draft', 'inReview') order by d.updated_at desc`,
  );
  return found.map((row) => ({ ...row, updatedAt: instantOf(row.updatedAt) }));
}

/** A draft with the rule set it was copied from; locked for the transaction when asked. */
export async function findRuleSetDraft(
  em: EntityManager,
  id: string,
  { isLocked = false } = {},
): Promise<RuleSetDraftRow | null> {
  const row = await selectOne<RuleSetDraftRow>(
    em,
    sql`select ${LIST}, d.version, d.series, d.data as content, b.data as "baseContent", d.returned_reason as "returnedReason", json_build_object('id', m.id, 'name', m.name) as "createdBy"
        ${FROM} where d.id = ${id} ${isLocked ? sql`for update of d` : NO_SQL}`,
  );
  return row && { ...row, updatedAt: instantOf(row.updatedAt) };
}

export type SeriesRow = SeriesVersion & { id: string };

/** The published versions of a series. */
export const readSeries = (em: EntityManager, series: string): Promise<SeriesRow[]> =>
  select<SeriesRow>(
    em,
    sql`select id, code, name, valid_from as "validFrom", valid_to as "validTo" from rule_set where coalesce(series, code) = ${series} order by valid_from`,
  );

/** Copies a rule set into a draft that begins on `startsOn`, under a code of its own. */
export async function addRuleSetDraft(
  em: EntityManager,
  draft: { basedOnId: string; startsOn: string; createdById: string },
): Promise<string | null> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`with base as (select *, coalesce(series, code) as line from rule_set where id = ${draft.basedOnId}),
        number as (select 1 + (select count(*) from rule_set r, base where coalesce(r.series, r.code) = line)
          + (select count(*) from rule_set_draft d, base where d.series = line and d.state <> 'published') as n),
        named as (select line || '-v' || n as code from base, number)
        insert into rule_set_draft (based_on_id, series, code, data, created_by_id, updated_by_id)
        select base.id, line, named.code, data || jsonb_build_object('code', named.code, 'validFrom', ${draft.startsOn}::text, 'validTo', null,
            'name', regexp_replace(data ->> 'name', ' – versi [0-9]+$', '') || ' – versi ' || number.n), ${draft.createdById}, ${draft.createdById}
        from base, named, number returning id`,
  );
  return row?.id ?? null;
}

/** Saves on top of `version`. Null when somebody saved in between or the draft is not to be changed any more. */
export async function saveRuleSetDraft(
  em: EntityManager,
  draft: { id: string; version: number; content: unknown; savedById: string },
): Promise<{ version: number; updatedAt: string } | null> {
  const row = await selectOne<{ version: number; updatedAt: string }>(
    em,
    sql`update rule_set_draft set version = version + 1, data = ${JSON.stringify(draft.content)}::jsonb, code = ${JSON.stringify(draft.content)}::jsonb ->> 'code',
          updated_at = clock_timestamp(), updated_by_id = ${draft.savedById}
        where id = ${draft.id} and version = ${draft.version} and state = 'draft' returning version, updated_at as "updatedAt"`,
  );
  return row && { version: row.version, updatedAt: instantOf(row.updatedAt) };
}

/** Whether a code is used by a rule set or by another draft. */
export async function isCodeTaken(em: EntityManager, code: string, draftId: string): Promise<boolean> {
  const row = await selectOne(
    em,
    sql`select 1 from rule_set where code = ${code} union all select 1 from rule_set_draft where code = ${code} and id <> ${draftId} and state <> 'withdrawn'`,
  );
  return row !== null;
}

/** Changes the state of a draft that is in one of `from`; false when it is in another. A withdrawn draft gives its code back. */
export async function setDraftState(
  em: EntityManager,
  id: string,
  from: readonly DraftState[],
  to: DraftState,
  returnedReason: string | null = null,
): Promise<boolean> {
  const row = await selectOne(
    em,
    sql`update rule_set_draft set state = ${to}, returned_reason = ${returnedReason}, code = case when ${to}::text = 'withdrawn' then code || ':' || id else code end, updated_at = clock_timestamp()
        where id = ${id} and state = any(${from}::text[]) returning id`,
  );
  return row !== null;
}

/**
 * Makes a draft a rule set of its series: the version before it ends the day before. Harmless when repeated. The database refuses
 * two versions on one day.
 */
export async function publishRuleSetDraft(em: EntityManager, id: string, publishedById: string): Promise<string> {
  const draft = (await findRuleSetDraft(em, id, { isLocked: true }))!;
  const done = await selectOne<{ id: string }>(
    em,
    sql`select rule_set_id as id from rule_set_draft where id = ${id} and rule_set_id is not null`,
  );
  if (done) return done.id;
  const series = await readSeries(em, draft.series);
  for (const ended of endedBefore(series, { validFrom: draft.content.validFrom, validTo: draft.content.validTo }))
    await endVersion(em, ended.id, ended.validTo!);
  const published = await selectOne<{ id: string }>(
    em,
    sql`insert into rule_set (code, name, valid_from, valid_to, data, series, based_on_id, published_at, published_by_id)
        values (${draft.code}, ${draft.content.name}, ${draft.content.validFrom}, ${draft.content.validTo}, ${JSON.stringify(draft.content)}::jsonb, ${draft.series},
          ${draft.base.id}, clock_timestamp(), ${publishedById}) returning id`,
  );
  await select(em, sql`update rule_set_draft set state = 'published', rule_set_id = ${published!.id} where id = ${id}`);
  return published!.id;
}

const endVersion = (em: EntityManager, id: string, validTo: CalendarDate): Promise<unknown> =>
  select(
    em,
    sql`update rule_set set valid_to = ${validTo}, data = jsonb_set(data, '{validTo}', to_jsonb(${validTo}::text)) where id = ${id}`,
  );
