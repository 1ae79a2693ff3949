import { randomBytes, randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { TrainingEvent, TrainingTest } from '#persistence/training/training.entities.ts';
import type { Question } from '#domain/training/test.ts';
import { trainingWorkflowId } from '#domain/process/names.ts';

const HOUR_MS = 3_600_000;

export type EventOptions = Partial<
  Pick<
    TrainingEvent,
    | 'title'
    | 'topic'
    | 'state'
    | 'quota'
    | 'jp'
    | 'invitations'
    | 'testUntil'
    | 'kind'
    | 'place'
    | 'timeZone'
    | 'startsAt'
    | 'endsAt'
  >
> & { startsInHours?: number };

/** An event of a unit that starts in some hours and lasts three; published unless `state` says otherwise. */
export async function createEvent(
  em: EntityManager,
  unitId: string,
  { startsInHours = 48, ...options }: EventOptions = {},
): Promise<string> {
  const id = randomUUID();
  const startsAt = options.startsAt ?? new Date(Math.floor((Date.now() + startsInHours * HOUR_MS) / 1000) * 1000);
  await em.insert(TrainingEvent, {
    id,
    workflowId: trainingWorkflowId(id),
    unitId,
    kind: 'bimtek',
    title: 'Bimbingan teknis SKP',
    topic: 'skp',
    place: 'Aula Gedung A',
    startsAt,
    endsAt: new Date(startsAt.getTime() + 3 * HOUR_MS),
    timeZone: 'Asia/Jakarta',
    organiser: 'Biro Kepegawaian',
    speakers: [],
    jp: 4,
    signerName: 'Kepala Biro',
    signerTitle: 'Kepala Biro Kepegawaian',
    invitations: [{ kind: 'unit', unitId, withSubUnits: true }],
    state: 'planned',
    stepsDone: [],
    codeSecret: randomBytes(32),
    ...options,
  });
  return id;
}

export const QUESTIONS: Question[] = [
  {
    id: 'q1',
    kind: 'single',
    text: 'Siapa yang menetapkan SKP?',
    options: [
      { id: 'a', text: 'Pejabat penilai' },
      { id: 'b', text: 'Pegawai' },
    ],
    correct: ['a'],
    points: 1,
  },
  {
    id: 'q2',
    kind: 'multiple',
    text: 'Apa aspek indikator?',
    options: [
      { id: 'a', text: 'Kuantitas' },
      { id: 'b', text: 'Kualitas' },
      { id: 'c', text: 'Warna' },
    ],
    correct: ['a', 'b'],
    points: 1,
  },
];

/** The test after (or before) an event. */
export async function createTest(
  em: EntityManager,
  eventId: string,
  { moment = 'post' as 'pre' | 'post', passMarkPercent = 70, attempts = 2 } = {},
): Promise<void> {
  await em.insert(TrainingTest, { eventId, moment, passMarkPercent, attempts, questions: QUESTIONS });
}
