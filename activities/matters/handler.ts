import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { MailTemplate } from '#domain/notifications/mail.ts';
import type { AgendaChange, AgendaItem, Fact, MatterProcess, Opening, Transition } from '#domain/process/matter.ts';
import type { Arguments } from '#domain/process/decisions.ts';
import type { ReplyCode } from '#domain/process/reply.ts';
import type { Decision } from '#domain/process/tasks.ts';
import type { StoryEvent } from '#persistence/audit/audit.repository.ts';
import type { Capacity, CommandRow, MatterRow, TaskRow } from '#persistence/matters/step.repository.ts';
import type { NewMail } from '#persistence/notifications/mails.repository.ts';
import type { RulesInForce } from '#persistence/rule-sets/rule-sets.repository.ts';

/** Everything a step of a matter works with inside its transaction. `Row` is what the kind keeps beside the matter. */
export type StepContext<Row = unknown> = {
  em: EntityManager;
  /** The matter's row, locked. A handler may set `subject`, `data`, `ruleSetId`, `effectiveAt` and `expiresAt`; the step writes it. */
  matter: MatterRow;
  row: Row;
  inForce: RulesInForce;
  /** The workflow's clock. */
  at: Date;
  /** The civil date of `at` in the zone of the matter. */
  today: CalendarDate;
  transition: Transition;
  /** The process as it is after the transition. */
  after: MatterProcess;
  /** Open tasks of the matter before the step; a handler that re-addresses or re-dates one returns it in `changed`. */
  openTasks: readonly TaskRow[];
};

export type DecisionContext<Row, D extends Decision> = StepContext<Row> & {
  task: TaskRow;
  command: CommandRow;
  args: Arguments[D];
  /** In what capacity the person decides. */
  capacity: Capacity;
  /** When the decision was accepted: what counts against a deadline. */
  acceptedAt: Date;
  isLate: boolean;
};

/** The mail that announces a task, when it is not the usual one. */
export type Announce = { template: MailTemplate; data: Record<string, unknown> };

/** What a step adds of its own; all of it is optional. */
export type Outcome = {
  story?: StoryEvent[];
  /** Facts of the process that only this step knows. */
  sets?: Record<string, unknown>;
  agenda?: AgendaChange;
  /** How the tasks that the transition opens are announced; null: in silence. */
  announce?: Announce | null;
  changed?: TaskRow[];
  mails?: NewMail[];
};

/** A refusal comes before the first write. */
export type Refused = { refusal: ReplyCode; detail?: Record<string, string | number> };

type DecisionHandler<Row, D extends Decision> = (context: DecisionContext<Row, D>) => Promise<Outcome | Refused>;

/** What each decision does; a stage contributes those of its own. */
export type DecisionHandlers<Row, D extends Decision> = { readonly [Key in D]: DecisionHandler<Row, Key> };

export type BoundaryHandler<Row> = (context: StepContext<Row>, item: AgendaItem) => Promise<Outcome>;
export type FactHandler<Row, F = Fact> = (context: StepContext<Row>, fact: F) => Promise<Outcome>;

/** Whom a task is addressed to, until when, and who may not decide it. */
export type NewTask = {
  assignee: Assignee;
  /** Epoch milliseconds. */
  dueAt: number;
  employeeId?: string;
  barredIds?: readonly string[];
  /** Where the kind of task has no row in `domain/process/tasks.ts`. */
  stage?: string;
  isOwnTask?: boolean;
};

export type Assignee = { kind: 'position' | 'employee' | 'desk'; id: string; responsiblePositionId: string | null };

/** One kind of matter, as the step sees it. */
export type MatterHandlers<Row = unknown> = {
  /** What the kind keeps beside the matter, under the matter's lock. */
  load(em: EntityManager, matter: MatterRow): Promise<Row>;
  /** `senderId` is whose decision opens the task. */
  newTask(context: StepContext<Row>, opening: Opening, senderId: string | null): Promise<NewTask>;
  /** The period that a task is about, if any. */
  periodOf?(opening: Opening): number | null;
  started(context: StepContext<Row>): Promise<Outcome>;
  decisions: Readonly<Record<string, (context: DecisionContext<Row, Decision>) => Promise<Outcome | Refused>>>;
  /** Decisions that are for whoever sent the task (to take it back while nobody has decided), not for its addressee. */
  bySender?: readonly string[];
  boundaries: Readonly<Record<string, BoundaryHandler<Row>>>;
  facts: Readonly<Record<string, { settle(context: StepContext<Row>, fact: Fact): Promise<Outcome> }['settle']>>;
  /** The matter is finished by this step; `reason` is what whoever decided wrote. */
  finished?(context: StepContext<Row>, reason: string | null): Promise<Outcome>;
};
