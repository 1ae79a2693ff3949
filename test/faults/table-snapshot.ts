import type { EntityManager } from '@mikro-orm/postgresql';

/** Each table's number of rows and a hash of all of them. */
export type Snapshot = Readonly<Record<string, string>>;

/** What all tables hold now, for comparing: equal snapshots mean that not a single value differs. */
export async function snapshotOf(em: EntityManager): Promise<Snapshot> {
  const tables = await em.execute<{ name: string }[]>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, count(*) || ' rows ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as state from "${name}" t`,
  );
  const rows = await em.execute<{ name: string; state: string }[]>(parts.join(' union all '));
  return Object.fromEntries(rows.map((row) => [row.name, row.state]));
}

/** The tables whose content differs between two snapshots, in the order of the alphabet. */
export function changedTables(before: Snapshot, after: Snapshot): string[] {
  return Object.keys(after).filter((name) => after[name] !== before[name]);
}
