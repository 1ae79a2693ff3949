import { createMongoAbility, subject } from '@casl/ability';
import { describe, expect, it } from 'vitest';
import { assigneeIdsOf, ROLE_NAMES, type Actor, type RoleName } from './actor.ts';
import { rulesFor, type Action, type Subject } from './rules.ts';

/**
 * Who may do what, in sentences. The rows are what the rules look at; units are `unit` (inside) and `elsewhere`.
 * What no sentence grants is refused: the last part counts that.
 */

const ME = 'me';
const HERE = { unitId: 'unit' };
const ELSEWHERE = { unitId: 'elsewhere' };

const actor = (part: Partial<Actor> = {}): Actor => ({
  employeeId: ME,
  positionIds: [],
  deskIds: [],
  unitIdsByRole: {},
  ...part,
});
const employee = actor();
const superior = actor({ positionIds: ['post'] });
const holder = (...roles: RoleName[]): Actor =>
  actor({ deskIds: ['desk'], unitIdsByRole: Object.fromEntries(roles.map((role) => [role, ['unit']])) });

const abilityOf = (who: Actor) => createMongoAbility(rulesFor(who) as Parameters<typeof createMongoAbility>[0]);
/** Whether `who` may do that to this very row. */
const may = (who: Actor, action: Action, type: Subject, row: object): boolean =>
  abilityOf(who).can(action, subject(type, { ...row }));
/** Whether `who` may do that to anything of the kind: what opens a screen. */
const mayAny = (who: Actor, action: Action, type: Subject): boolean => abilityOf(who).can(action, type);

const taskOf = (employeeId: string, assigneeId: string, isOwnTask = false) => ({ employeeId, assigneeId, isOwnTask });

describe('everybody', () => {
  it('reads their own years, procedures, data, trainings and the record of them', () => {
    expect(may(employee, 'read', 'Cycle', { employeeId: ME })).toBe(true);
    expect(may(employee, 'read', 'Procedure', { employeeId: ME })).toBe(true);
    expect(may(employee, 'read', 'Employee', { id: ME })).toBe(true);
    expect(may(employee, 'read', 'TrainingEvent', { employeeId: ME })).toBe(true);
    expect(may(employee, 'read', 'TrainingRecord', { employeeId: ME })).toBe(true);
  });

  it('reads none of these of others', () => {
    expect(may(employee, 'read', 'Cycle', { employeeId: 'other', ...HERE })).toBe(false);
    expect(may(employee, 'read', 'Procedure', { employeeId: 'other', openedById: 'other' })).toBe(false);
    expect(may(employee, 'read', 'Employee', { id: 'other' })).toBe(false);
    expect(may(employee, 'read', 'TrainingEvent', { employeeId: 'other' })).toBe(false);
    expect(may(employee, 'read', 'TrainingRecord', { employeeId: 'other' })).toBe(false);
  });

  it('edits their own draft and nobody else’s', () => {
    expect(may(employee, 'edit', 'Draft', { employeeId: ME })).toBe(true);
    expect(may(superior, 'edit', 'Draft', { employeeId: 'other', superiorPositionId: 'post' })).toBe(false);
  });

  it('reads and revises a procedure that they opened for somebody else', () => {
    expect(may(employee, 'read', 'Procedure', { employeeId: 'other', openedById: ME })).toBe(true);
    expect(may(employee, 'edit', 'Procedure', { employeeId: 'other', openedById: ME })).toBe(true);
  });

  it('does not revise a procedure about themselves that somebody else opened', () => {
    expect(may(employee, 'edit', 'Procedure', { employeeId: ME, openedById: 'other' })).toBe(false);
  });

  it('reads units, rule sets, guidelines and the library of indicators, and changes none of them', () => {
    for (const type of ['Unit', 'RuleSet', 'Guideline', 'IndicatorLibrary'] as const) {
      expect(mayAny(employee, 'read', type), type).toBe(true);
      expect(mayAny(employee, 'administer', type), type).toBe(false);
      expect(mayAny(employee, 'approve', type), type).toBe(false);
    }
  });

  it('does the tasks that are their own to do', () => {
    expect(may(employee, 'decide', 'Task', taskOf(ME, ME, true))).toBe(true);
  });

  it('decides no task that is addressed to somebody else', () => {
    expect(may(employee, 'read', 'Task', taskOf('other', 'other'))).toBe(false);
    expect(may(employee, 'decide', 'Task', taskOf('other', 'other'))).toBe(false);
  });
});

describe('the superior', () => {
  it('reads the years of those whose post is below theirs, and of those one level further down', () => {
    expect(may(superior, 'read', 'Cycle', { employeeId: 'other', superiorPositionId: 'post' })).toBe(true);
    expect(may(superior, 'read', 'Cycle', { employeeId: 'other', superiorOfSuperiorPositionId: 'post' })).toBe(true);
    expect(may(superior, 'read', 'Cycle', { employeeId: 'other', superiorPositionId: 'another post' })).toBe(false);
  });

  it('decides the tasks of their post', () => {
    expect(may(superior, 'decide', 'Task', taskOf('other', 'post'))).toBe(true);
  });

  it('reads their own item that lies at their post, and leaves the decision to somebody else', () => {
    expect(may(superior, 'read', 'Task', taskOf(ME, 'post'))).toBe(true);
    expect(may(superior, 'decide', 'Task', taskOf(ME, 'post'))).toBe(false);
  });

  it('decides the training records of their people, not their own', () => {
    expect(may(superior, 'decide', 'TrainingRecord', { employeeId: 'other', superiorPositionId: 'post' })).toBe(true);
    expect(may(superior, 'decide', 'TrainingRecord', { employeeId: ME, superiorPositionId: 'post' })).toBe(false);
  });

  it('reads neither the data of their people nor the log of mails', () => {
    expect(may(superior, 'read', 'Employee', { id: 'other', superiorPositionId: 'post', ...HERE })).toBe(false);
    expect(mayAny(superior, 'read', 'Mail')).toBe(false);
  });
});

describe('the personnel officer', () => {
  const officer = holder('personnelOfficer');

  it.each(['Cycle', 'Task', 'Employee', 'Run', 'Mail', 'Procedure', 'RosterRow', 'Role'] as const)(
    'reads %s of their units and of no other',
    (type) => {
      expect(may(officer, 'read', type, { employeeId: 'other', ...HERE })).toBe(true);
      expect(may(officer, 'read', type, { employeeId: 'other', ...ELSEWHERE })).toBe(false);
    },
  );

  it('decides what lies at their desk, not what they can merely see', () => {
    expect(may(officer, 'decide', 'Task', taskOf('other', 'desk'))).toBe(true);
    expect(may(officer, 'decide', 'Task', { ...taskOf('other', 'elsewhere desk'), ...HERE })).toBe(false);
  });

  it('leaves their own item at their desk to somebody else', () => {
    expect(may(officer, 'read', 'Task', taskOf(ME, 'desk'))).toBe(true);
    expect(may(officer, 'decide', 'Task', taskOf(ME, 'desk'))).toBe(false);
  });

  it('corrects rows of the roster of their units, and puts no roster in force', () => {
    expect(may(officer, 'edit', 'RosterRow', HERE)).toBe(true);
    expect(may(officer, 'edit', 'RosterRow', ELSEWHERE)).toBe(false);
    expect(mayAny(officer, 'administer', 'RosterImport')).toBe(false);
  });

  it('writes and approves guidelines, approves rule sets and writes none', () => {
    expect(mayAny(officer, 'administer', 'Guideline')).toBe(true);
    expect(mayAny(officer, 'administer', 'IndicatorLibrary')).toBe(true);
    expect(mayAny(officer, 'approve', 'Guideline')).toBe(true);
    expect(mayAny(officer, 'approve', 'RuleSet')).toBe(true);
    expect(mayAny(officer, 'administer', 'RuleSet')).toBe(false);
  });

  it('exports the years of their units', () => {
    expect(may(officer, 'export', 'Cycle', HERE)).toBe(true);
    expect(may(officer, 'export', 'Cycle', ELSEWHERE)).toBe(false);
  });

  it('follows the openings of years without opening one, and gives no role', () => {
    expect(mayAny(officer, 'read', 'Campaign')).toBe(true);
    expect(mayAny(officer, 'administer', 'Campaign')).toBe(false);
    expect(mayAny(officer, 'administer', 'Role')).toBe(false);
  });
});

describe('the agency administrator', () => {
  const admin = holder('agencyAdmin');

  it.each(['Employee', 'Run', 'Mail', 'Role'] as const)('administers %s of their units and of no other', (type) => {
    expect(may(admin, 'administer', type, HERE)).toBe(true);
    expect(may(admin, 'administer', type, ELSEWHERE)).toBe(false);
  });

  it.each(['Cycle', 'Task', 'Procedure'] as const)('reads %s of their units and changes none', (type) => {
    expect(may(admin, 'read', type, { employeeId: 'other', ...HERE })).toBe(true);
    expect(may(admin, 'read', type, { employeeId: 'other', ...ELSEWHERE })).toBe(false);
    expect(mayAny(admin, 'administer', type)).toBe(false);
  });

  it('opens years, puts rosters in force, and keeps rule sets, guidelines, the library and units', () => {
    for (const type of ['Campaign', 'RosterImport', 'RuleSet', 'Guideline', 'IndicatorLibrary', 'Unit'] as const)
      expect(mayAny(admin, 'administer', type), type).toBe(true);
  });

  it('approves no rule set and no guideline by the role alone', () => {
    expect(mayAny(admin, 'approve', 'RuleSet')).toBe(false);
    expect(mayAny(admin, 'approve', 'Guideline')).toBe(false);
  });
});

describe.each(['personnelOfficer', 'agencyAdmin'] as const)('who organises trainings: %s', (role) => {
  const organiser = holder(role);

  it('holds the events of their units and of no other', () => {
    expect(may(organiser, 'administer', 'TrainingEvent', HERE)).toBe(true);
    expect(may(organiser, 'administer', 'TrainingEvent', ELSEWHERE)).toBe(false);
  });

  it('decides and exports the records of their people, and does not decide their own', () => {
    expect(may(organiser, 'decide', 'TrainingRecord', { employeeId: 'other', ...HERE })).toBe(true);
    expect(may(organiser, 'decide', 'TrainingRecord', { employeeId: 'other', ...ELSEWHERE })).toBe(false);
    expect(may(organiser, 'decide', 'TrainingRecord', { employeeId: ME, ...HERE })).toBe(false);
    expect(may(organiser, 'export', 'TrainingRecord', HERE)).toBe(true);
  });
});

describe('the auditor', () => {
  const auditor = holder('auditor');
  const READS = ['Cycle', 'Task', 'Run', 'Mail', 'Employee', 'Procedure', 'TrainingEvent', 'TrainingRecord'] as const;

  it.each(READS)('reads %s of their units and of no other', (type) => {
    expect(may(auditor, 'read', type, { employeeId: 'other', ...HERE })).toBe(true);
    expect(may(auditor, 'read', type, { employeeId: 'other', ...ELSEWHERE })).toBe(false);
  });

  it('takes the proofs of a guideline along', () => {
    expect(mayAny(auditor, 'export', 'Guideline')).toBe(true);
  });

  it('changes nothing: administers, approves and edits nothing of others', () => {
    for (const type of [...READS, 'RuleSet', 'Guideline', 'Campaign', 'Role', 'RosterRow', 'Unit'] as const) {
      expect(mayAny(auditor, 'administer', type), type).toBe(false);
      expect(mayAny(auditor, 'approve', type), type).toBe(false);
    }
    expect(mayAny(auditor, 'edit', 'RosterRow')).toBe(false);
    expect(may(auditor, 'decide', 'TrainingRecord', { employeeId: 'other', ...HERE })).toBe(false);
  });
});

describe('the PPK', () => {
  const ppk = holder('ppk');

  it.each(['Cycle', 'Employee'] as const)('reads %s of their units and of no other', (type) => {
    expect(may(ppk, 'read', type, { employeeId: 'other', ...HERE })).toBe(true);
    expect(may(ppk, 'read', type, { employeeId: 'other', ...ELSEWHERE })).toBe(false);
  });

  it('approves rule sets and guidelines and writes none', () => {
    for (const type of ['RuleSet', 'Guideline'] as const) {
      expect(mayAny(ppk, 'approve', type)).toBe(true);
      expect(mayAny(ppk, 'administer', type)).toBe(false);
    }
  });
});

describe('the technical administrator', () => {
  const technician = holder('systemAdmin');

  it('reads and repairs runs and mails everywhere', () => {
    for (const type of ['Run', 'Mail'] as const)
      for (const action of ['read', 'administer'] as const) {
        expect(may(technician, action, type, ELSEWHERE), `${action} ${type}`).toBe(true);
      }
  });

  it('sees no substance of anybody', () => {
    for (const type of ['Cycle', 'Task', 'Employee', 'Procedure', 'TrainingRecord'] as const)
      expect(may(technician, 'read', type, { employeeId: 'other', id: 'other', ...HERE }), type).toBe(false);
  });
});

describe('rights come together', () => {
  it('two roles give the rights of both', () => {
    const both = holder('auditor', 'ppk');
    expect(mayAny(both, 'export', 'Guideline')).toBe(true);
    expect(mayAny(both, 'approve', 'RuleSet')).toBe(true);
  });

  it('a task finds a person by themselves, their posts and their desks', () => {
    expect(assigneeIdsOf(actor({ positionIds: ['post', 'Plt post'], deskIds: ['desk'] }))).toEqual([
      ME,
      'post',
      'Plt post',
      'desk',
    ]);
  });

  it.each(ROLE_NAMES)('%s in no unit reaches no row of others', (role) => {
    const nowhere = actor({ unitIdsByRole: { [role]: [] } });
    for (const type of ['Cycle', 'Task', 'Employee', 'Procedure'] as const)
      expect(may(nowhere, 'read', type, { employeeId: 'other', id: 'other', ...HERE }), type).toBe(false);
  });
});

/** What everybody may do to some row, and what each role adds: a right that is new or gone is seen here. */
const OWN = [
  'decide Task',
  'decide TrainingRecord',
  'edit Draft',
  'edit Procedure',
  ...['Cycle', 'Employee', 'Guideline', 'IndicatorLibrary', 'Procedure', 'RuleSet', 'Task', 'TrainingEvent'].map(
    (type) => `read ${type}`,
  ),
  'read TrainingRecord',
  'read Unit',
];
const ADDED: Record<RoleName, string[]> = {
  personnelOfficer: [
    'administer Guideline',
    'administer IndicatorLibrary',
    'administer TrainingEvent',
    'approve Guideline',
    'approve RuleSet',
    'decide TrainingRecord',
    'edit RosterRow',
    'export Cycle',
    'export TrainingRecord',
    ...['Campaign', 'Cycle', 'Employee', 'Mail', 'Procedure', 'Role', 'RosterRow', 'Run', 'Task'].map(
      (type) => `read ${type}`,
    ),
    'read TrainingEvent',
    'read TrainingRecord',
  ],
  agencyAdmin: [
    ...['Campaign', 'Employee', 'Guideline', 'IndicatorLibrary', 'Mail', 'Role', 'RosterImport', 'RuleSet', 'Run'].map(
      (type) => `administer ${type}`,
    ),
    'administer TrainingEvent',
    'administer Unit',
    'decide TrainingRecord',
    'edit RosterRow',
    'export TrainingRecord',
    ...['Campaign', 'Cycle', 'Employee', 'Mail', 'Procedure', 'Role', 'RosterRow', 'Run', 'Task'].map(
      (type) => `read ${type}`,
    ),
    'read TrainingEvent',
    'read TrainingRecord',
  ],
  systemAdmin: ['administer Mail', 'administer Run', 'read Mail', 'read Run'],
  auditor: [
    'export Guideline',
    ...['Cycle', 'Employee', 'Mail', 'Procedure', 'Run', 'Task', 'TrainingEvent', 'TrainingRecord'].map(
      (type) => `read ${type}`,
    ),
  ],
  ppk: ['approve Guideline', 'approve RuleSet', 'read Cycle', 'read Employee'],
};

describe('all rights, counted', () => {
  const rightsOf = (who: Actor): string[] =>
    rulesFor(who)
      .filter(({ inverted }) => !inverted)
      .flatMap(({ action, subject: type }) => [action].flat().flatMap((a) => [type].flat().map((t) => `${a} ${t}`)));

  it('everybody has these', () => {
    expect([...new Set(rightsOf(employee))].toSorted()).toEqual(OWN.toSorted());
  });

  it.each(ROLE_NAMES)('%s adds these', (role) => {
    const added = rightsOf(actor({ unitIdsByRole: { [role]: ['unit'] } }));
    for (const right of rightsOf(employee)) added.splice(added.indexOf(right), 1);
    expect(added.toSorted()).toEqual(ADDED[role].toSorted());
  });
});
