import { describe, expect, it } from 'vitest';
import { yearOf } from '#domain/calendar/calendar-date.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { useDatabase } from '#test/environment/use-agency.ts';
import { Campaign } from './campaigns/campaigns.entities.ts';
import { readMe } from './accounts/me.queries.ts';
import { loadActor } from './organisation/actor.repository.ts';
import { Employee, PositionAssignment, Unit } from './organisation/organisation.entities.ts';
import { chooseDemoAccounts } from './seeders/demo-accounts.ts';
import { isEmpty } from './seeders/demo-agency.ts';
import { demoCampaign } from './seeders/demo-campaign.ts';
import { seedDemo } from './seeders/demo.ts';
import { select, sql } from './sql.ts';

const today = civilDate(Date.now(), 'Asia/Jakarta');
const { em } = await useDatabase();
const second = await useDatabase();
const wasEmpty = await isEmpty(em());
const result = await seedDemo(em(), 'hash', today);
const accounts = await chooseDemoAccounts(em());

const personBehind = async (role: string): Promise<string> => {
  const { nip } = accounts.find((account) => account.role === role)!;
  const [row] = await select<{ id: string }>(
    em(),
    sql`select employee_id as id from employee_number where number = ${nip}`,
  );
  return row!.id;
};

describe('the demo agency', () => {
  it('takes the good rows of the roster and tells the others', async () => {
    expect(result).toMatchObject({ added: 228, refused: 9 });
    expect(await em().count(Unit)).toBe(14);
    expect(await em().count(Employee)).toBe(228);
    expect([wasEmpty, await isEmpty(em())]).toEqual([true, false]);
  });

  it('opens an account for everybody but those whose row is held', async () => {
    const [row] = await select<{ open: number; closed: number }>(
      em(),
      sql`select count(*) filter (where is_active)::int as open, count(*) filter (where not is_active)::int as closed from account`,
    );
    expect(row).toEqual({ open: 227, closed: 1 });
  });

  it('has one line of superiors that ends at the top', async () => {
    const rows = await select<{ title: string }>(
      em(),
      sql`select title from position where superior_position_id is null`,
    );
    expect(rows).toEqual([{ title: 'Sekretaris Kementerian' }]);
  });

  it('has Plt as the notes say', async () => {
    expect(await em().find(PositionAssignment, { kind: 'plt' })).toMatchObject([{ validFrom: '2026-03-01' }]);
  });

  it('has people for a tour who can do what their part asks', async () => {
    expect(accounts.map(({ role }) => role)).toEqual([
      'employee',
      'superior',
      'superiorOfSuperior',
      'actingSuperior',
      'personnelOfficer',
      'agencyAdmin',
      'systemAdmin',
      'auditor',
      'ppk',
    ]);
    expect((await readMe(em(), await personBehind('superior'), today))!.hasSubordinates).toBe(true);
    const [line] = await select(
      em(),
      sql`select 1 from position_assignment a join position p on p.id = a.position_id join position_assignment b on b.position_id = p.superior_position_id
          join position bp on bp.id = b.position_id join position_assignment c on c.position_id = bp.superior_position_id
          where a.employee_id = ${await personBehind('employee')} and b.employee_id = ${await personBehind('superior')} and c.employee_id = ${await personBehind('superiorOfSuperior')}`,
    );
    expect(line).toBeDefined();
    const officer = await loadActor(em(), await personBehind('personnelOfficer'), today);
    const [employee] = await select<{ unit: string }>(
      em(),
      sql`select unit_id as unit from employee where id = ${await personBehind('employee')}`,
    );
    expect(officer.unitIdsByRole.personnelOfficer).toContain(employee!.unit);
    expect((await loadActor(em(), await personBehind('agencyAdmin'), today)).unitIdsByRole.agencyAdmin).toHaveLength(
      14,
    );
  });

  it('every unit below the root has a personnel officer who is not its head', async () => {
    const rows = await select<{ code: string; isHead: boolean }>(
      em(),
      sql`select u.code, p.is_unit_head as "isHead" from unit u join unit root on root.id = u.parent_id and root.parent_id is null
          left join desk d on d.unit_id = u.id and d.role = 'personnelOfficer' left join role_assignment r on r.desk_id = d.id
          left join position_assignment a on a.employee_id = r.employee_id left join position p on p.id = a.position_id order by u.code`,
    );
    expect(rows).toEqual(['01', '02', '03', '04', '05', '06', '07'].map((code) => ({ code, isHead: false })));
  });

  it('has one opening of the year, however often it is asked for', async () => {
    const id = await demoCampaign(em(), yearOf(today));
    expect(await demoCampaign(em(), yearOf(today))).toBe(id);
    expect(await select(em(), sql`select state, workflow_id as "workflowId" from campaign`)).toEqual([
      { state: 'running', workflowId: `campaign-${id}` },
    ]);
  });

  it('is there as a whole or not at all: what breaks off leaves an empty database, to be filled later', async () => {
    await select(second.em(), sql`alter table training_test add constraint broken check (false)`);
    await expect(seedDemo(second.em(), 'hash', today)).rejects.toThrow('broken');
    expect(await isEmpty(second.em())).toBe(true);
    expect(await second.em().count(Campaign)).toBe(0);
  });
});
