import type { EntityManager } from '@mikro-orm/postgresql';
import { escalationActivities } from '#activities/escalation/escalation.activities.ts';
import { emptyGuideline } from '#domain/guidelines/guideline.ts';
import {
  addGuideline,
  addGuidelineVersion,
  findGuidelineVersion,
  putGuidelineInForce,
} from '#persistence/guidelines/guidelines.repository.ts';
import { acknowledge, countUnread, listReaders, readCoverage } from '#persistence/guidelines/readers.repository.ts';
import { dependenciesOn } from '#test/factories/stepped-matter.ts';
import type { Database, Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { measure, print, round } from '../measure.ts';

const GUIDELINES = 30;
const VERSIONS = 3;

/**
 * A hundred thousand people in 2,000 units, thirty guidelines in force in their third version, some two million acknowledgements. Then what a sweep
 * costs when there is nothing to do, when one more version has to be announced to everybody, when everybody is reminded, and when superiors hear who has not read;
 * and the pages that watch over it.
 */
export async function readings({ database, parts }: Environment, { n, isQuick }: Size): Promise<void> {
  const on = await database('readings');
  const people = await fill(on, n(100_000), n(2_000));
  const sweep = sweepOf(on);
  await sweep(); // What the triggers wrote down while the tables were filled.

  const quiet = await measure(
    { work: 'readings: sweep with nothing to do', clients: 1, n: isQuick ? 20 : 100, parts },
    () => sweep(),
  );
  const versionId = await nextVersion(on.em(), 0);
  const first = await whole(on, 'announcement', sweep, null);
  print({
    work: 'readings: ratio',
    announcementToQuiet: Math.round((first.seconds * 1000) / quiet.p50Ms),
    perPerson: round((first.seconds * 1000) / people),
  });
  const [dates] = await on
    .em()
    .execute<{ remind: Date; superior: Date }[]>(
      `select max(next_step_at) as remind, max(superior_at) as superior from guideline_reader where version_id = ?`,
      [versionId],
    );
  await whole(on, 'reminder', sweep, new Date(dates!.remind));
  await whole(on, 'superiors', sweep, new Date(dates!.superior));

  const someone = await on.em().execute<{ id: string }[]>(`select id from employee order by id limit 1000`);
  await measure({ work: 'readings: acknowledge', clients: 8, n: 1000, parts }, (index) =>
    on.em().transactional((em) => acknowledge(em as EntityManager, versionId, someone[index]!.id)),
  );
  await measure({ work: 'readings: my unread', clients: 8, n: 1000, parts }, (index) =>
    countUnread(on.em(), someone[index]!.id),
  );
  await measure({ work: 'readings: coverage of all units', clients: 1, n: 10, parts }, () =>
    readCoverage(on.em(), versionId, {}),
  );
  await measure({ work: 'readings: who has not read, a page', clients: 1, n: 100, parts }, () =>
    listReaders(on.em(), versionId, {}, { state: 'unread' }, null, 50),
  );
  // All but some have read: the page has to look for them.
  await on
    .em()
    .execute(
      `update guideline_reader set acknowledged_at = now(), next_step_at = null where version_id = ? and employee_id not in (select id from employee order by id desc limit 60)`,
      [versionId],
    );
  await on.em().execute('analyze guideline_reader');
  await measure({ work: 'readings: who has not read, of few', clients: 1, n: 100, parts }, () =>
    listReaders(on.em(), versionId, {}, { state: 'unread' }, null, 50),
  );
}

function sweepOf({ orm }: Database): (now?: Date | null) => Promise<number> {
  const { sweepEscalations } = escalationActivities(dependenciesOn(orm));
  return (now) => sweepEscalations({ now: now?.getTime() ?? null });
}

/** Sweeps as often as the schedule would until no mail is added, and counts the mails: each person one. */
async function whole(
  { em }: Database,
  work: string,
  sweep: (now: Date | null) => Promise<number>,
  now: Date | null,
): Promise<{ seconds: number }> {
  const count = async (): Promise<number> =>
    (await em().execute<{ n: number }[]>(`select count(*)::int as n from outbox`))[0]!.n;
  const before = await count();
  let sweeps = 0;
  const heap = process.memoryUsage().rss;
  let peak = heap;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
  const from = performance.now();
  for (let last = -1, total = before; last !== total; sweeps += 1) {
    last = total;
    await sweep(now);
    total = await count();
  }
  clearInterval(watch);
  const seconds = (performance.now() - from) / 1000;
  const mails = (await count()) - before;
  const [twice] = await em().execute<{ n: number }[]>(
    `select count(*)::int as n from (select 1 from outbox where data ->> 'step' in ('announced', 'superior') group by recipient_id, data ->> 'versionId', data ->> 'step' having count(*) > 1) repeated`,
  );
  print({
    work: `readings: ${work}`,
    mails,
    seconds: round(seconds),
    mailsPerSecond: Math.round(mails / seconds),
    sweeps,
    toldTwice: twice!.n,
    memoryGrewMb: round((peak - heap) / 1e6),
  });
  return { seconds };
}

/** People, units and guidelines with their readers; returns how many people there are. */
async function fill({ em }: Database, people: number, units: number): Promise<number> {
  await createAgency(em(), Math.max(1, Math.round(people / 100) - 1));
  await em().execute(
    `insert into unit (code, name, parent_id, path, time_zone)
     select lpad(g::text, 5, '0'), 'Unit ' || g, (select id from unit where code = '00'), '/00/' || lpad(g::text, 5, '0') || '/', 'Asia/Jakarta' from generate_series(1, ?) g`,
    [units],
  );
  await em().execute(
    `update employee e set unit_id = u.id from (select id, row_number() over (order by id) as n from employee) p, (select id, row_number() over (order by code) as n from unit where code <> '00') u
     where p.id = e.id and u.n = 1 + p.n % ?`,
    [units],
  );
  for (let index = 0; index < GUIDELINES; index += 1) {
    for (let version = 1; version <= VERSIONS; version += 1) await nextVersion(em(), index);
  }
  // Of the versions before, two thirds have read each; of those in force, too. All of it is over: nobody is reminded any more.
  await em().execute(
    `insert into guideline_reader (version_id, employee_id, announced_at, due_at, acknowledged_at)
     select v.id, e.id, now() - interval '90 days', now() - interval '60 days',
       case when hashint4(v.version + ('x' || substr(md5(e.id::text), 1, 6))::bit(24)::int) % 3 <> 0 then now() - interval '1 day' * (62 + abs(hashtext(e.id::text)) % 28) end
     from (select *, row_number() over (partition by version order by guideline_id) as place from guideline_version) v cross join employee e where v.status = 'berlaku' or (v.version > 1 and v.place <= 2)`,
  );
  await em().execute('delete from guideline_newcomer');
  await em().execute('delete from guideline_announcement');
  await em().execute('vacuum analyze');
  const [row] = await em().execute<{ people: number; readers: number; acknowledged: number }[]>(
    `select (select count(*)::int from employee) as people, count(*)::int as readers, count(acknowledged_at)::int as acknowledged from guideline_reader`,
  );
  print({ work: 'readings: filled', units, guidelines: GUIDELINES, ...row });
  return row!.people;
}

/** One more version of the guideline in this place takes effect; begun when there is none. */
async function nextVersion(em: EntityManager, place: number): Promise<string> {
  const number = String(place + 1);
  const content = { ...emptyGuideline(2026), number, title: `Pedoman ${number}`, issuer: 'Sekretaris Jenderal' };
  const [known] = await em.execute<{ id: string }[]>(
    `select guideline_id as id from guideline_version where number = ? limit 1`,
    [number],
  );
  const id = known?.id ?? (await addGuideline(em, { content, createdById: null }));
  const version = known
    ? await addGuidelineVersion(em, id, (await em.execute<{ id: string }[]>(`select id from employee limit 1`))[0]!.id)
    : 1;
  const { id: versionId } = (await findGuidelineVersion(em, id, version))!;
  await em.transactional((inner) => putGuidelineInForce(inner as EntityManager, versionId, new Date()));
  return versionId;
}
