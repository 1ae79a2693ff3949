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
import { PersonnelActSchema } from './organisation/personnel-acts.entities.ts';
import { RosterImportRowSchema, RosterImportSchema } from './organisation/roster-import.entities.ts';
import { CycleSchema, PeriodSchema } from './cycles/cycles.entities.ts';
import { MatterSchema, TaskSchema } from './matters/matters.entities.ts';
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

const ENTITIES = [
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
  MatterSchema,
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
      migrationsList: [{ name: 'Migration20260101000000', class: Migration20260101000000 }],
    },
  };
  return MikroORM.init(options);
}
