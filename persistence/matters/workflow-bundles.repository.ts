import type { EntityManager } from '@mikro-orm/postgresql';

/** Keeps the workflow code of a build, so that every worker can go on running the matters that are pinned to it. */
export async function storeBundle(em: EntityManager, buildId: string, code: string): Promise<void> {
  await em.execute(`insert into workflow_bundle (build_id, code) values (?, ?) on conflict (build_id) do nothing`, [
    buildId,
    code,
  ]);
}

/** Earlier builds that running matters are still pinned to, newest first. */
export async function bundlesInUse(
  em: EntityManager,
  exceptBuildId: string,
): Promise<{ buildId: string; code: string }[]> {
  const rows = await em.execute<{ build_id: string; code: string }[]>(
    `select b.build_id, b.code from workflow_bundle b
     where b.build_id <> ? and exists (select 1 from matter m where m.state <> 'finished' and m.workflow_build = b.build_id)
     order by b.stored_at desc`,
    [exceptBuildId],
  );
  return rows.map((row) => ({ buildId: row.build_id, code: row.code }));
}
