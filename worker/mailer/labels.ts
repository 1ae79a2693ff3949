import { readFileSync } from 'node:fs';
import type { Predikat } from '#domain/appraisal/predikat.ts';
import type { AccountNotice } from '#domain/notifications/account-notices.ts';
import type { ProcedureOutcome } from '#domain/process/procedures.ts';
import type { GuidelineKind } from '#domain/guidelines/guideline.ts';
import type { GuidelineMailStep, TrainingMailStep } from '#domain/notifications/mail.ts';
import type { Stage, TaskKind } from '#domain/process/tasks.ts';
import type { EventKind } from '#domain/training/event.ts';
import type { Locale } from './dates.ts';

/** The words of `labels.<locale>.json`. `{days}` and `{number}` are filled by `fill`. */
export type Labels = {
  taskKinds: Record<TaskKind, string>;
  stages: Record<Stage, string>;
  predikats: Record<Predikat, string>;
  outcomes: Record<ProcedureOutcome, string>;
  roles: Record<'superior' | 'superiorOfSuperior' | 'personnelOfficer', string>;
  timing: Record<'before' | 'beforeOne' | 'now' | 'after' | 'afterOne', string>;
  details: Record<
    | 'task'
    | 'stage'
    | 'person'
    | 'position'
    | 'year'
    | 'period'
    | 'due'
    | 'timing'
    | 'waitingFor'
    | 'escalatedTo'
    | 'round'
    | 'fromPosition'
    | 'predikat'
    | 'objectionUntil'
    | 'time'
    | 'validUntil'
    | 'device'
    | 'subject'
    | 'concerned',
    string
  >;
  period: string;
  /** Title and paragraphs of mails about the reader's own account. */
  accountNotices: Record<AccountNotice | 'resetLink', { title: string; text: string[] }>;
  training: {
    notices: Record<TrainingMailStep, { subject: string; title: string; lead: string }>;
    kinds: Record<EventKind, string>;
    details: Record<'event' | 'kind' | 'time' | 'place' | 'address' | 'organiser' | 'speakers' | 'missing', string>;
  };
  guideline: {
    notices: Record<GuidelineMailStep, { subject: string; title: string; lead: string }>;
    kinds: Record<GuidelineKind, string>;
    details: Record<'guideline' | 'number' | 'issuer' | 'version' | 'due', string>;
    andOthers: string;
  };
  words: Record<
    | 'product'
    | 'productLong'
    | 'greeting'
    | 'applicant'
    | 'button'
    | 'due'
    | 'waitingFor'
    | 'fallback'
    | 'onlyOpens'
    | 'automatic',
    string
  >;
};

const read = (locale: Locale): Labels =>
  JSON.parse(readFileSync(new URL(`./labels.${locale}.json`, import.meta.url), 'utf8')) as Labels;

/** The words of mails in both languages. */
export const LABELS: Readonly<Record<Locale, Labels>> = { id: read('id'), en: read('en') };

/** Puts a number into a label. */
export const fill = (label: string, value: number): string => label.replace(/\{(days|number)\}/, String(value));
