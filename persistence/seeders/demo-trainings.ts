import { randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v4 as uuidv4 } from 'uuid';
import { civilDate } from '#domain/calendar/clock.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { trainingWorkflowId } from '#domain/process/names.ts';
import type { Question } from '#domain/training/test.ts';
import { queueStart } from '../commands/facts.repository.ts';
import { selectOne, select, sql } from '../sql.ts';
import { issueCertificates } from '../training/certificates.repository.ts';
import { inviteByRules } from '../training/participants.repository.ts';
import { TrainingEvent, TrainingTest, type InvitationRule } from '../training/training.entities.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const QUESTIONS: Question[] = [
  {
    id: 'q1',
    kind: 'single',
    text: 'Siapa yang menyetujui SKP seorang pegawai?',
    points: 1,
    correct: ['a'],
    options: [
      { id: 'a', text: 'Pejabat Penilai Kinerja' },
      { id: 'b', text: 'Pegawai itu sendiri' },
      { id: 'c', text: 'Rekan kerja' },
    ],
  },
  {
    id: 'q2',
    kind: 'multiple',
    text: 'Mana saja aspek indikator kinerja individu?',
    points: 2,
    correct: ['a', 'b', 'c'],
    options: [
      { id: 'a', text: 'Kuantitas' },
      { id: 'b', text: 'Kualitas' },
      { id: 'c', text: 'Waktu' },
      { id: 'd', text: 'Golongan' },
    ],
  },
  {
    id: 'q3',
    kind: 'single',
    text: 'Apa yang dilakukan bila SKP dikembalikan?',
    points: 1,
    correct: ['b'],
    options: [
      { id: 'a', text: 'Menunggu tahun berikutnya' },
      { id: 'b', text: 'Memperbaiki sesuai alasan, lalu mengajukan lagi' },
    ],
  },
];

/**
 * A socialisation of last month with certificates, and technical guidance of next week with a test, for the unit of a team of the demo
 * agency. The relay starts its workflow. Nothing when there are events already.
 */
export async function demoTrainings(em: EntityManager, now = Date.now()): Promise<void> {
  if (await selectOne(em, sql`select 1 from training_event limit 1`)) return;
  const unit = await selectOne<{ id: string; name: string; timeZone: IndonesianZone }>(
    em,
    sql`select u.id, u.name, u.time_zone as "timeZone" from unit u join unit root on root.id = u.parent_id and root.parent_id is null order by u.path limit 1`,
  );
  if (!unit) return;
  const day = Math.floor(now / DAY_MS) * DAY_MS;
  const invitations: InvitationRule[] = [{ kind: 'unit', unitId: unit.id, withSubUnits: true }];
  const common = {
    unitId: unit.id,
    topic: 'skp',
    timeZone: unit.timeZone,
    organiser: unit.name,
    signerName: 'Kepala Biro Kepegawaian',
    signerTitle: unit.name,
    invitations,
    codeSecret: randomBytes(32),
  };
  await past(em, { ...common, at: day - 30 * DAY_MS + 2 * HOUR_MS });
  await coming(em, { ...common, at: day + 7 * DAY_MS + 2 * HOUR_MS });
}

type Common = Pick<TrainingEvent, 'unitId' | 'topic' | 'organiser' | 'signerName' | 'signerTitle' | 'codeSecret'> & {
  timeZone: IndonesianZone;
  invitations: InvitationRule[];
  at: number;
};

async function past(em: EntityManager, { at, ...common }: Common): Promise<void> {
  const id = uuidv4();
  const [startsAt, endsAt] = [new Date(at), new Date(at + 3 * HOUR_MS)];
  await em.insert(TrainingEvent, {
    ...common,
    id,
    workflowId: trainingWorkflowId(id),
    kind: 'sosialisasi',
    title: 'Sosialisasi pengelolaan kinerja pegawai',
    agenda: 'Tata cara penyusunan SKP dan pelaporan berkala.',
    place: 'Aula Gedung A',
    startsAt,
    endsAt,
    speakers: ['Tim Biro Kepegawaian'],
    jp: 3,
    state: 'finished',
    invitedAt: new Date(at - 7 * DAY_MS),
    stepsDone: ['invite', 'remind', 'openCheckIn', 'close', 'remindMissing', 'certify', 'finish'],
  });
  await inviteByRules(em, { id, invitations: common.invitations }, civilDate(at, common.timeZone));
  // Two of three were there.
  await select(
    em,
    sql`update training_participant p set answer = 'yes', place = 'seat', answered_at = ${new Date(at - 3 * DAY_MS)}, attended_at = ${startsAt}, attendance_method = 'code'
        from (select employee_id, row_number() over (order by employee_id) as n from training_participant where event_id = ${id}) ranked
        where p.event_id = ${id} and p.employee_id = ranked.employee_id and ranked.n % 3 <> 0`,
  );
  const event = await em.findOneOrFail(TrainingEvent, { id });
  const date = endsAt.toISOString().slice(0, 10);
  const year = endsAt.getUTCFullYear();
  await issueCertificates(em, event, {
    at: endsAt,
    year,
    dates: { from: date, to: date },
    newToken: () => randomBytes(18).toString('base64url'),
    numberOf: (serial) => `${String(serial).padStart(6, '0')}/SERT-SOS/${year}`,
  });
}

async function coming(em: EntityManager, { at, ...common }: Common): Promise<void> {
  const id = uuidv4();
  await em.insert(TrainingEvent, {
    ...common,
    id,
    workflowId: trainingWorkflowId(id),
    kind: 'bimtek',
    title: 'Bimbingan teknis penyusunan indikator SKP',
    agenda: 'Menulis indikator yang terukur; latihan; tes akhir.',
    place: 'Ruang Rapat Utama',
    link: 'https://rapat.example.go.id/bimtek-skp',
    startsAt: new Date(at),
    endsAt: new Date(at + 4 * HOUR_MS),
    speakers: ['Dr. Ani Lestari'],
    jp: 4,
    quota: 40,
    testUntil: new Date(at + 3 * DAY_MS),
    state: 'planned',
    stepsDone: [],
  });
  await queueStart(em, {
    workflowId: trainingWorkflowId(id),
    type: 'trainingEvent',
    arguments: { eventId: id },
    actorId: null,
  });
  await em.insert(TrainingTest, {
    eventId: id,
    moment: 'post',
    passMarkPercent: 70,
    attempts: 2,
    questions: QUESTIONS,
  });
}
