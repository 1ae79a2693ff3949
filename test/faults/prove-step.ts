import type { EntityManager } from '@mikro-orm/postgresql';
import { expect } from 'vitest';
import type { PreparedStep } from '#test/factories/stepped-matter.ts';
import { snapshotOf } from './table-snapshot.ts';

/** Tables whose insertion is made to fail, one after the other: the last one is written at the very end of a step. */
const BREAKABLE = ['audit_event', 'effect'];

/**
 * Proves of one step, before and while it is taken: from another place in the process or another generation it is fenced off,
 * broken in the middle it leaves nothing, and repeated it answers the same and changes nothing.
 */
export async function prove<Result = unknown>(em: () => EntityManager, step: PreparedStep): Promise<Result> {
  const before = await snapshotOf(em());
  for (const wrong of [{ seq: step.input.seq + 1 }, { seq: -1 }, { gen: step.input.gen + 1 }]) {
    await expect(step.run(wrong), `${step.name} with ${JSON.stringify(wrong)}`).rejects.toMatchObject({
      type: 'FENCED',
      nonRetryable: true,
    });
  }
  for (const table of BREAKABLE) {
    await broken(em, table, () =>
      expect(step.run(), `${step.name} with a broken ${table}`).rejects.toThrow('broken on purpose'),
    );
  }
  expect(await snapshotOf(em()), `${step.name} has left something of a failed attempt`).toEqual(before);

  const first = await step.run();
  const after = await snapshotOf(em());
  expect(after, `${step.name} has done nothing`).not.toEqual(before);
  expect(plain(await step.run()), `${step.name} answers a repeat differently`).toEqual(plain(first));
  expect(await snapshotOf(em()), `${step.name} does something when repeated`).toEqual(after);
  step.settle(first);
  return first as Result;
}

/** What the engine would record: an answer travels as JSON, so a missing one equals null. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Lets every insertion into a table fail during `work`. */
export async function broken(em: () => EntityManager, table: string, work: () => Promise<unknown>): Promise<void> {
  await em().execute(
    `create or replace function break_on_purpose() returns trigger language plpgsql as $$ begin raise exception 'broken on purpose'; end $$`,
  );
  await em().execute(
    `create trigger broken before insert on ${table} for each row execute function break_on_purpose()`,
  );
  try {
    await work();
  } finally {
    await em().execute(`drop trigger broken on ${table}`);
  }
}
