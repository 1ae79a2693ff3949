import { assigneeIdsOf, type Actor, type RoleName } from './actor.ts';

/** What can be done; `decide` is a decision on a task, `administer` an administrative act, `approve` what a leader puts in force. */
export type Action = 'read' | 'edit' | 'decide' | 'administer' | 'approve' | 'export';

/** What it is done to; names are those of the entities. */
export type Subject =
  | 'Cycle'
  | 'Task'
  | 'Draft'
  | 'Evidence'
  | 'Employee'
  | 'Campaign'
  | 'Run'
  | 'Mail'
  | 'RuleSet'
  | 'Guideline'
  | 'IndicatorLibrary'
  | 'Unit'
  | 'TrainingEvent'
  | 'TrainingRecord'
  | 'Procedure'
  | 'RosterRow'
  | 'RosterImport'
  | 'Role';

/** CASL's raw rule, restricted to the condition operators that the SQL filter knows. */
export type AccessRule = {
  action: Action | Action[];
  subject: Subject | Subject[];
  conditions?: Record<string, string | boolean | { $in: readonly string[] } | { $ne: string }>;
  inverted?: boolean;
};

/**
 * The rights of an actor as data: the API checks them, the list filters are made from them, and the web app hides
 * what they do not give. Nobody decides on their own item except the tasks that are their own to do.
 */
export function rulesFor(actor: Actor): AccessRule[] {
  const me = actor.employeeId;
  const own = { $in: actor.positionIds };
  const rules: AccessRule[] = [
    { action: 'read', subject: 'Cycle', conditions: { employeeId: me } },
    { action: 'read', subject: 'Cycle', conditions: { superiorPositionId: own } },
    { action: 'read', subject: 'Cycle', conditions: { superiorOfSuperiorPositionId: own } },
    { action: 'read', subject: 'Procedure', conditions: { employeeId: me } },
    { action: ['read', 'edit'], subject: 'Procedure', conditions: { openedById: me } },
    { action: 'edit', subject: 'Draft', conditions: { employeeId: me } },
    { action: 'read', subject: 'Employee', conditions: { id: me } },
    { action: 'read', subject: 'Unit' },
    { action: 'read', subject: ['RuleSet', 'Guideline', 'IndicatorLibrary'] },
    { action: 'read', subject: 'TrainingEvent', conditions: { employeeId: me } },
    { action: 'read', subject: 'TrainingRecord', conditions: { employeeId: me } },
    { action: ['read', 'decide'], subject: 'TrainingRecord', conditions: { superiorPositionId: own } },
    { action: ['read', 'decide'], subject: 'Task', conditions: { assigneeId: { $in: assigneeIdsOf(actor) } } },
  ];
  for (const role of Object.keys(actor.unitIdsByRole) as RoleName[])
    rules.push(...ROLE_RULES[role](actor.unitIdsByRole[role]!));
  // An own item that sits at one's own desk or position is for somebody else to decide.
  rules.push({ action: 'decide', subject: 'Task', conditions: { employeeId: me, isOwnTask: false }, inverted: true });
  rules.push({ action: 'decide', subject: 'TrainingRecord', conditions: { employeeId: me }, inverted: true });
  return rules;
}

/** Who holds trainings for units (the same roles as `mayOrganise`): their events, and the records of their people. */
const organiserRules = (units: readonly string[]): AccessRule[] => [
  { action: ['read', 'administer'], subject: 'TrainingEvent', conditions: { unitId: { $in: units } } },
  { action: ['read', 'decide', 'export'], subject: 'TrainingRecord', conditions: { unitId: { $in: units } } },
];

const ROLE_RULES: Record<RoleName, (unitIds: readonly string[]) => AccessRule[]> = {
  personnelOfficer: (units) => [
    {
      action: 'read',
      subject: ['Cycle', 'Task', 'Employee', 'Run', 'Mail', 'Procedure'],
      conditions: { unitId: { $in: units } },
    },
    { action: ['read', 'edit'], subject: 'RosterRow', conditions: { unitId: { $in: units } } },
    { action: 'read', subject: 'Role', conditions: { unitId: { $in: units } } },
    { action: 'read', subject: 'Campaign' },
    { action: 'administer', subject: ['Guideline', 'IndicatorLibrary'] },
    { action: 'approve', subject: ['Guideline', 'RuleSet'] },
    { action: 'export', subject: 'Cycle', conditions: { unitId: { $in: units } } },
    ...organiserRules(units),
  ],
  agencyAdmin: (units) => [
    { action: 'read', subject: ['Cycle', 'Task', 'Procedure'], conditions: { unitId: { $in: units } } },
    {
      action: ['read', 'administer'],
      subject: ['Employee', 'Run', 'Mail', 'Role'],
      conditions: { unitId: { $in: units } },
    },
    { action: ['read', 'edit'], subject: 'RosterRow', conditions: { unitId: { $in: units } } },
    { action: 'administer', subject: 'RosterImport' },
    { action: ['read', 'administer'], subject: 'Campaign' },
    { action: 'administer', subject: ['RuleSet', 'Guideline', 'IndicatorLibrary', 'Unit'] },
    ...organiserRules(units),
  ],
  auditor: (units) => [
    {
      action: 'read',
      subject: ['Cycle', 'Task', 'Run', 'Mail', 'Employee', 'Procedure', 'TrainingEvent', 'TrainingRecord'],
      conditions: { unitId: { $in: units } },
    },
    { action: 'export', subject: 'Guideline' },
  ],
  ppk: (units) => [
    { action: 'read', subject: ['Cycle', 'Employee'], conditions: { unitId: { $in: units } } },
    { action: 'approve', subject: ['RuleSet', 'Guideline'] },
  ],
  systemAdmin: () => [{ action: ['read', 'administer'], subject: ['Run', 'Mail'] }],
};
