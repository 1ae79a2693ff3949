import { MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { Migrator } from '@mikro-orm/migrations';
import { prepareStatements, releaseDeadConnections } from './pool.ts';
import {
  AccountSchema,
  KnownDeviceSchema,
  PasswordResetSchema,
  RecoveryCodeSchema,
  SecondFactorSchema,
  SessionSchema,
  SsoIdentitySchema,
} from './accounts/accounts.entities.ts';
import { AppraisalResultSchema, AppraisalSchema } from './appraisal/appraisal.entities.ts';
import { AuditEventSchema } from './audit/audit.entities.ts';
import { CampaignRefusalSchema, CampaignSchema } from './campaigns/campaigns.entities.ts';
import { CommandSchema, EffectSchema } from './commands/commands.entities.ts';
import { UploadReceiptSchema } from './files/upload-receipts.entities.ts';
import { EvaluationSchema } from './monitoring/monitoring.entities.ts';
import { OutboxSchema } from './notifications/notifications.entities.ts';
import {
  DeskSchema,
  EmployeeNumberSchema,
  EmployeeSchema,
  PositionAssignmentSchema,
  PositionSchema,
  RoleAssignmentSchema,
  UnitSchema,
} from './organisation/organisation.entities.ts';
import { ProcedureSchema } from './procedures/procedures.entities.ts';
import { PersonnelActSchema } from './organisation/personnel-acts.entities.ts';
import { RosterImportRowSchema, RosterImportSchema } from './organisation/roster-import.entities.ts';
import { CycleSchema, PeriodSchema, TaskSchema } from './process/process.entities.ts';
import { EvidenceSchema, ReportSchema } from './reporting/reporting.entities.ts';
import { FollowUpRecordSchema } from './rewards-and-sanctions/rewards-and-sanctions.entities.ts';
import { GuidelineReaderSchema, GuidelineVersionSchema } from './guidelines/guidelines.entities.ts';
import { HolidaySchema, RuleSetSchema } from './rule-sets/rule-sets.entities.ts';
import { RuleSetMoveItemSchema, RuleSetMoveSchema } from './rule-sets/rule-set-moves.entities.ts';
import { DraftSchema, SkpSchema } from './skp/skp.entities.ts';
import {
  JpEntrySchema,
  TrainingAttemptSchema,
  TrainingCertificateSchema,
  TrainingEventSchema,
  TrainingMaterialSchema,
  TrainingParticipantSchema,
  TrainingTestSchema,
  TrainingWaiverSchema,
} from './training/training.entities.ts';
import { Migration20260101000000 } from './migrations/Migration20260101000000.ts';
import { Migration20260201000000 } from './migrations/Migration20260201000000.ts';
import { Migration20260202000000 } from './migrations/Migration20260202000000.ts';
import { Migration20260203000000 } from './migrations/Migration20260203000000.ts';
import { Migration20260204000000 } from './migrations/Migration20260204000000.ts';
import { Migration20260205000000 } from './migrations/Migration20260205000000.ts';
import { Migration20260206000000 } from './migrations/Migration20260206000000.ts';
import { Migration20260206000001 } from './migrations/Migration20260206000001.ts';
import { Migration20260211000000 } from './migrations/Migration20260211000000.ts';
import { Migration20260212000000 } from './migrations/Migration20260212000000.ts';
import { Migration20260213000000 } from './migrations/Migration20260213000000.ts';

export const ENTITIES = [
  UnitSchema,
  PositionSchema,
  EmployeeSchema,
  EmployeeNumberSchema,
  PositionAssignmentSchema,
  DeskSchema,
  RoleAssignmentSchema,
  AccountSchema,
  SessionSchema,
  SecondFactorSchema,
  RecoveryCodeSchema,
  KnownDeviceSchema,
  PasswordResetSchema,
  SsoIdentitySchema,
  RuleSetSchema,
  HolidaySchema,
  CampaignSchema,
  CampaignRefusalSchema,
  CycleSchema,
  PeriodSchema,
  TaskSchema,
  DraftSchema,
  SkpSchema,
  ReportSchema,
  EvidenceSchema,
  AppraisalSchema,
  AppraisalResultSchema,
  EvaluationSchema,
  FollowUpRecordSchema,
  CommandSchema,
  EffectSchema,
  AuditEventSchema,
  OutboxSchema,
  ProcedureSchema,
  TrainingEventSchema,
  TrainingParticipantSchema,
  TrainingMaterialSchema,
  TrainingTestSchema,
  TrainingAttemptSchema,
  TrainingCertificateSchema,
  JpEntrySchema,
  TrainingWaiverSchema,
  RuleSetMoveSchema,
  RuleSetMoveItemSchema,
  GuidelineVersionSchema,
  GuidelineReaderSchema,
  RosterImportSchema,
  RosterImportRowSchema,
  PersonnelActSchema,
  UploadReceiptSchema,
];

export type Orm = MikroORM;

/**
 * Opens the application database. The caller closes it with `orm.close()`. Whoever gets no connection within `connectTimeoutMs`, because the server
 * does not answer or all `poolMax` are taken, gets an error instead of waiting on.
 */
export function openOrm(
  databaseUrl: string,
  { poolMax = 10, connectTimeoutMs = 5000 }: { poolMax?: number; connectTimeoutMs?: number } = {},
): Promise<Orm> {
  const options: Options = {
    clientUrl: databaseUrl,
    entities: ENTITIES,
    pool: { min: 0, max: poolMax },
    driverOptions: {
      connectionTimeoutMillis: connectTimeoutMs,
      onPoolCreated(pool: Pool) {
        releaseDeadConnections(pool);
        prepareStatements(pool);
      },
    },
    forceUtcTimezone: true,
    extensions: [Migrator],
    migrations: {
      tableName: 'migration',
      snapshot: false,
      migrationsList: [
        { name: 'Migration20260101000000', class: Migration20260101000000 },
        { name: 'Migration20260201000000', class: Migration20260201000000 },
        { name: 'Migration20260202000000', class: Migration20260202000000 },
        { name: 'Migration20260203000000', class: Migration20260203000000 },
        { name: 'Migration20260204000000', class: Migration20260204000000 },
        { name: 'Migration20260205000000', class: Migration20260205000000 },
        { name: 'Migration20260206000000', class: Migration20260206000000 },
        { name: 'Migration20260206000001', class: Migration20260206000001 },
        { name: 'Migration20260211000000', class: Migration20260211000000 },
        { name: 'Migration20260212000000', class: Migration20260212000000 },
        { name: 'Migration20260213000000', class: Migration20260213000000 },
      ],
    },
  };
  return MikroORM.init(options);
}
