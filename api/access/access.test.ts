import { civilDate } from '#domain/calendar/clock.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMongoAbility } from '@casl/ability';
import type { EntityName } from '@mikro-orm/core';
import { rulesFor } from '#domain/access/rules.ts';
import { Employee } from '#persistence/organisation/organisation.entities.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { loadActor } from '#persistence/organisation/actor.repository.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { startTestApi, type TestApi, type TestClient } from '../testing/test-api.ts';
import { createSteppedEngine } from '../testing/stepped-engine.ts';
import { createTwoUnits, type TwoUnits } from '../testing/two-units.ts';
import { abilityOf, allows, type AppAbility } from './ability.ts';

const ACTORS = [
  'employee',
  'superior',
  'head',
  'officer',
  'branchOfficer',
  'admin',
  'systemAdmin',
  'auditor',
  'secretary',
  'colleague',
  'outsider',
] as const;
type ActorName = (typeof ACTORS)[number];

let api: TestApi;
let agency: TwoUnits;
const clients = {} as Record<ActorName, TestClient>;
const UNKNOWN = '019ab4a2-0000-7000-8000-000000000000';

beforeAll(async () => {
  api = await startTestApi();
  agency = await createTwoUnits(api.em());
  const engine = createSteppedEngine(() => api.orm);
  for (const cycleId of Object.values(agency.cycles)) await engine.start(cycleId);
  for (const name of ACTORS) clients[name] = await api.as(agency.people[name].id);
});
afterAll(() => api?.close());

/** Routes and who gets an answer; written by hand, not made from the rules. Everybody else gets the named refusal. */
const MATRIX: [route: string, path: () => string, allowed: ActorName[], refusal: number][] = [
  ['own rights', () => '/session', [...ACTORS], 401],
  ['own inbox', () => '/inbox', [...ACTORS], 401],
  ['own cycles', () => '/cycles/mine', [...ACTORS], 401],
  ['the team', () => '/team', [...ACTORS], 401],
  [
    'the cycle of the employee',
    () => `/cycles/${agency.cycles.employee}`,
    ['employee', 'superior', 'head', 'officer', 'admin', 'auditor', 'secretary'],
    404,
  ],
  [
    'the cycle of the outsider',
    () => `/cycles/${agency.cycles.outsider}`,
    ['outsider', 'head', 'secretary', 'officer', 'branchOfficer', 'admin', 'auditor'],
    404,
  ],
  ['the draft of the employee', () => `/cycles/${agency.cycles.employee}/drafts/skp/0`, ['employee'], 404],
  ['results to carry', () => `/cycles/${agency.cycles.employee}/superior-results`, ['employee'], 404],
  ['the SKP of the year before', () => `/cycles/${agency.cycles.employee}/previous-skp`, ['employee'], 404],
  ['units', () => '/units', [...ACTORS], 403],
  ['rule sets', () => '/rule-sets', [...ACTORS], 403],
  ['positions to choose from', () => '/positions', ['admin'], 403],
  ['employees', () => '/employees', [...ACTORS], 403],
  ['openings', () => '/campaigns', ['officer', 'branchOfficer', 'admin'], 403],
  ['runs', () => '/runs', ['officer', 'branchOfficer', 'admin', 'systemAdmin', 'auditor'], 403],
  [
    'the story of the employee',
    () => `/runs/${agency.cycles.employee}/story`,
    ['officer', 'admin', 'systemAdmin', 'auditor'],
    404,
  ],
  [
    'the story of the outsider',
    () => `/runs/${agency.cycles.outsider}/story`,
    ['officer', 'branchOfficer', 'admin', 'systemAdmin', 'auditor'],
    404,
  ],
  [
    "the engine's events",
    () => `/runs/${agency.cycles.employee}/engine-events`,
    ['officer', 'admin', 'systemAdmin', 'auditor'],
    404,
  ],
  ['own procedures', () => '/procedures/mine', [...ACTORS], 401],
  ['the mail log', () => '/mails', ['officer', 'branchOfficer', 'admin', 'systemAdmin', 'auditor'], 403],
];

describe('who reads what', () => {
  it.each(MATRIX)('%s', async (_route, path, allowed, refusal) => {
    const expected = Object.fromEntries(ACTORS.map((name) => [name, allowed.includes(name) ? 200 : refusal]));
    const actual = Object.fromEntries(
      await Promise.all(ACTORS.map(async (name) => [name, (await clients[name].get(path())).status] as const)),
    );
    expect(actual).toEqual(expected);
  });

  it.each(MATRIX)('%s is for nobody who is not signed in', async (_route, path) => {
    expect(await api.nobody.get(path())).toMatchObject({ status: 401, body: { code: 'session.required' } });
  });
});

describe('who administers', () => {
  const acts: [string, () => [string, string, object]][] = [
    ['opens a year', () => ['POST', '/campaigns', { year: 2031, unitId: agency.unitId, ruleSetId: agency.ruleSetId }]],
    [
      'gives a role',
      () => [
        'POST',
        '/roles',
        {
          employeeId: agency.people.colleague.id,
          role: 'auditor',
          unitId: agency.branchUnitId,
          validFrom: '2031-01-01',
          reason: 'Surat tugas nomor satu',
        },
      ],
    ],
    [
      'changes a superior',
      () => [
        'POST',
        `/employees/${agency.people.colleague.id}/superior`,
        {
          effectiveOn: '2030-01-01',
          reason: 'Surat perintah nomor satu',
          superiorPositionId: agency.people.head.positionId,
        },
      ],
    ],
  ];
  it.each(acts)('only the administrator %s', async (_title, act) => {
    const [, path, body] = act();
    for (const name of ACTORS) {
      const { status } = await clients[name].post(path, body);
      if (name === 'admin') expect([200, 409]).toContain(status);
      else expect([403, 404], name).toContain(status);
    }
    expect((await api.nobody.post(path, body)).status).toBe(401);
  });
});

describe('what one may not see does not exist', () => {
  it.each([
    ['a cycle', (id: string) => `/cycles/${id}`, () => agency.cycles.outsider],
    ['a task', (id: string) => `/tasks/${id}`, () => outsiderTask],
    ['a story', (id: string) => `/runs/${id}/story`, () => agency.cycles.outsider],
    ['a receipt', (id: string) => `/receipts/${id}`, () => agency.cycles.outsider],
  ])('%s of others and one that never was are told alike', async (_title, path, id) => {
    const hidden = await clients.colleague.get(path(id()));
    const missing = await clients.colleague.get(path(UNKNOWN));
    expect(hidden.status).toBe(404);
    expect(hidden.body).toEqual(missing.body);
  });

  let outsiderTask: string;
  beforeAll(async () => {
    outsiderTask = (await api.em().findOneOrFail(Task, { matterId: agency.cycles.outsider })).id;
  });
});

describe('a list holds exactly what can be opened', () => {
  it.each(ACTORS)('for %s', async (name) => {
    const client = clients[name];
    const cycleIds = Object.values(agency.cycles);
    const tasks = await api.em().findAll(Task);

    const readableTasks = (
      await Promise.all(
        tasks.map(async ({ id }) => ((await client.get(`/tasks/${id}`)).body.decisions?.length ? [id] : [])),
      )
    ).flat();
    const inbox = (await client.get('/inbox?limit=100')).body.items.map((task: { id: string }) => task.id);
    expect(new Set(inbox)).toEqual(new Set(readableTasks));
    expect((await client.get('/inbox/counts')).body.open).toBe(inbox.length);

    const runs = await client.get('/runs?kind=performanceCycle&limit=100');
    const listed = runs.status === 200 ? runs.body.items.map((run: { id: string }) => run.id) : [];
    const opened = (
      await Promise.all(
        cycleIds.map(async (id) => ((await client.get(`/runs/${id}/story`)).status === 200 ? [id] : [])),
      )
    ).flat();
    expect(new Set(listed)).toEqual(new Set(opened));
    if (runs.status === 200)
      expect(Object.values<number>(runs.body.byStage).reduce((sum, n) => sum + n, 0)).toBe(listed.length);
  });
});

describe('the SQL filter says the same as the rules', () => {
  it.each(ACTORS)('for %s, on employees, runs and tasks', async (name) => {
    const em = api.em();
    const ability = abilityOf(await loadActor(em, agency.people[name].id, civilDate(Date.now(), 'Asia/Jakarta')));
    for (const [subject, entity] of [
      ['Employee', Employee],
      ['Run', Matter],
      ['Task', Task],
    ] as ['Employee' | 'Run' | 'Task', EntityName<{ id: string }>][]) {
      for (const action of ['read', 'decide', 'administer'] as const) {
        const all = await api.em().findAll(entity);
        const byFilter = await api.em().find(entity, accessibleBy(ability, action, subject) as never);
        const byRule = all.filter((row) => allows(ability, action, subject, row));
        expect(new Set(byFilter.map(({ id }) => id)), `${action} ${subject}`).toEqual(
          new Set(byRule.map(({ id }) => id)),
        );
      }
    }
  });

  it('lets nothing through without a rule', () => {
    expect(accessibleBy(createMongoAbility<AppAbility>([]), 'read', 'Cycle')).toEqual({ id: { $in: [] } });
  });

  it('keeps own items at the own desk out of what can be decided', () => {
    const actor = { employeeId: 'me', positionIds: ['p'], deskIds: ['d'], unitIdsByRole: {} };
    const ability = abilityOf(actor);
    expect(rulesFor(actor).some(({ inverted }) => inverted)).toBe(true);
    expect(allows(ability, 'decide', 'Task', { assigneeId: 'd', employeeId: 'me', isOwnTask: false })).toBe(false);
    expect(allows(ability, 'decide', 'Task', { assigneeId: 'd', employeeId: 'other', isOwnTask: false })).toBe(true);
    expect(allows(ability, 'decide', 'Task', { assigneeId: 'me', employeeId: 'me', isOwnTask: true })).toBe(true);
    expect(allows(ability, 'read', 'Task', { assigneeId: 'd', employeeId: 'me', isOwnTask: false })).toBe(true);
  });
});

describe('rights are read anew', () => {
  it('somebody who leaves a desk sees nothing of it from the next request on', async () => {
    expect((await clients.auditor.get('/runs')).status).toBe(200);
    await api
      .em()
      .execute(`update role_assignment set valid_to = '2020-01-02' where employee_id = ?`, [agency.people.auditor.id]);
    expect((await clients.auditor.get('/runs')).status).toBe(403);
    await api
      .em()
      .execute(`update role_assignment set valid_to = null where employee_id = ?`, [agency.people.auditor.id]);
  });

  it('two hundred mixed requests never show one person what is of another', async () => {
    const names = Array.from({ length: 200 }, (_, index) => ACTORS[index % ACTORS.length]!);
    const answers = await Promise.all(names.map(async (name) => ({ name, me: await clients[name].get('/session') })));
    for (const { name, me } of answers) expect(me.body.employee.id).toBe(agency.people[name].id);
  });
});
