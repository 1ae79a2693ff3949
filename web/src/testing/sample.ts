import type { Me } from '#contracts/session.contract.ts';
import type {
  CycleSummary,
  CycleView,
  Evidence,
  Period,
  ReportVersion,
  RunRow,
  RunStory,
  SkpContent,
  SkpVersion,
  TaskDetail,
  TaskRow,
  AppraisalView,
} from '../types.ts';

/** Plausible answers of the API for tests of screens. Each function gives a fresh copy with the given parts replaced. */
export const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const sampleMe = (part: Partial<Me> = {}): Me => ({
  employee: {
    id: id(1),
    name: 'Siti Rahmawati',
    number: '198001012005012001',
    unitName: 'Biro Umum',
    timeZone: 'Asia/Jakarta',
    locale: 'id',
  },
  positions: [{ id: id(2), title: 'Kepala Bagian', unitName: 'Biro Umum', kind: 'definitif' }],
  roles: [],
  rules: [{ action: ['read', 'decide'], subject: 'Task' }],
  hasSubordinates: true,
  serverTime: '2026-11-24T05:00:00.000Z',
  ...part,
});

export const sampleSkp = (part: Partial<SkpContent> = {}): SkpContent => ({
  approach: 'kuantitatif',
  results: [
    {
      id: 'h1',
      kind: 'utama',
      intervenesId: 'a1',
      intervenesText: 'Meningkatnya kualitas data kepegawaian kementerian',
      notCascadedReason: '',
      rencana: 'Tersedianya data kepegawaian yang mutakhir setiap triwulan',
      indicators: [
        {
          id: 'i1',
          aspek: 'kuantitas',
          indikator: 'Persentase data kepegawaian yang dimutakhirkan setiap triwulan',
          target: '95',
          satuan: 'persen',
          polarity: 'higherIsBetter',
        },
        {
          id: 'i2',
          aspek: 'waktu',
          indikator: 'Lama pemutakhiran data sejak dokumen diterima',
          target: '5',
          satuan: 'hari kerja',
          polarity: 'lowerIsBetter',
        },
      ],
    },
    {
      id: 'h2',
      kind: 'tambahan',
      intervenesId: null,
      intervenesText: '',
      notCascadedReason: 'Penugasan panitia tingkat kementerian',
      rencana: 'Terselenggaranya seleksi pegawai',
      indicators: [
        {
          id: 'i3',
          aspek: 'kualitas',
          indikator: 'Seleksi berjalan sesuai jadwal tahun 2026',
          target: 'tanpa sanggahan',
          satuan: '',
          polarity: 'higherIsBetter',
        },
      ],
    },
  ],
  behaviours: (
    ['berorientasiPelayanan', 'akuntabel', 'kompeten', 'harmonis', 'loyal', 'adaptif', 'kolaboratif'] as const
  ).map((value) => ({ value, expectation: value === 'kolaboratif' ? 'Libatkan unit teknis sejak awal' : '' })),
  attachments: {
    dukunganSumberDaya: ['Akses data kepegawaian seluruh unit'],
    skemaPertanggungjawaban: ['Laporan bulanan kepada kepala biro'],
    konsekuensi: ['Bahan pengembangan karier'],
  },
  ...part,
});

const decided = { isLate: false, decidedAt: null, decidedBy: null, onBehalfOf: null, reason: null };
export const sampleSkpVersion = (part: Partial<SkpVersion> = {}): SkpVersion => ({
  round: 1,
  state: 'submitted',
  content: sampleSkp(),
  submittedAt: '2026-01-20T03:00:00.000Z',
  ...decided,
  ...part,
});

export const sampleReport = (part: Partial<ReportVersion> = {}): ReportVersion => ({
  periodNo: 1,
  round: 1,
  state: 'submitted',
  content: {
    realisations: [
      { indicatorId: 'i1', value: '93', narrative: 'Tiga unit menyusul pada periode berikutnya.' },
      { indicatorId: 'i2', value: '4', narrative: '' },
      { indicatorId: 'i3', value: 'tanpa sanggahan', narrative: '' },
    ],
    narrative: 'Pemutakhiran berjalan sesuai rencana.',
    obstacles: 'Sebagian dokumen datang terlambat; unit sudah diingatkan.',
  },
  submittedAt: '2026-04-06T03:00:00.000Z',
  ...decided,
  ...part,
});

export const samplePeriods = (): Period[] =>
  [1, 2, 3, 4].map((number) => ({
    number,
    startsOn: `2026-${String(number * 3 - 2).padStart(2, '0')}-01`,
    endsOn: ['2026-03-31', '2026-06-30', '2026-09-30', '2026-12-31'][number - 1]!,
    opensAt: `2026-${String(number * 3 - 2).padStart(2, '0')}-01T00:00:00.000Z`,
    dueAt: [
      '2026-04-08T16:59:59.000Z',
      '2026-07-08T16:59:59.000Z',
      '2026-10-08T16:59:59.000Z',
      '2027-01-08T16:59:59.000Z',
    ][number - 1]!,
    state: (['accepted', 'accepted', 'submitted', 'open'] as const)[number - 1]!,
    isLate: number === 2,
  }));

export const sampleEvidence = (part: Partial<Evidence> = {}): Evidence => ({
  id: id(60),
  periodNo: 1,
  indicatorId: 'i1',
  fileName: 'rekap-pemutakhiran-triwulan-1.pdf',
  mediaType: 'application/pdf',
  sizeBytes: 482_133,
  sha256: 'a'.repeat(64),
  uploadedAt: '2026-04-05T03:00:00.000Z',
  ...part,
});

const sampleCycle = (part: Partial<CycleSummary> = {}): CycleSummary => ({
  id: id(10),
  year: 2026,
  segment: 1,
  startsOn: '2026-01-01',
  endsOn: '2026-12-31',
  employee: { id: id(3), name: 'Budi Santoso', number: '199003152015031002' },
  positionTitle: 'Analis SDM Aparatur',
  unit: { id: id(4), code: '0101', name: 'Biro Umum' },
  timeZone: 'Asia/Jakarta',
  superior: { id: id(1), name: 'Siti Rahmawati', positionTitle: 'Kepala Bagian' },
  stage: 'skp',
  state: 'running',
  ending: 'none',
  ruleSet: { id: id(5), code: 'triwulanan', name: 'Evaluasi triwulanan' },
  finalPredikat: null,
  ...part,
});

export const sampleTask = (part: Partial<TaskRow> = {}): TaskRow => ({
  id: id(20),
  matter: { id: id(10), kind: 'performanceCycle', subject: null },
  kind: 'approveSkp',
  stage: 'skp',
  round: 1,
  periodNo: null,
  employee: { id: id(3), name: 'Budi Santoso', positionTitle: 'Analis SDM Aparatur', unitName: 'Biro Umum' },
  isOwn: false,
  onBehalfOf: null,
  openedAt: '2026-11-20T03:00:00.000Z',
  dueAt: '2026-11-27T16:59:59.000Z',
  isLate: false,
  timeZone: 'Asia/Jakarta',
  state: 'open',
  ...part,
});

export const sampleMatrix = () =>
  ({
    diAtas: { diAtas: 'sangatBaik', sesuai: 'baik', diBawah: 'kurang' },
    sesuai: { diAtas: 'baik', sesuai: 'baik', diBawah: 'kurang' },
    diBawah: { diAtas: 'butuhPerbaikan', sesuai: 'butuhPerbaikan', diBawah: 'sangatKurang' },
  }) as const;

export const sampleAppraisal = (part: Partial<AppraisalView> = {}): AppraisalView => ({
  selfAssessment: 'Sebagian besar sasaran tercapai; pemutakhiran data selesai lebih cepat dari rencana.',
  selfAssessedAt: '2026-12-10T03:00:00.000Z',
  deliveredAt: '2026-12-20T03:00:00.000Z',
  objectionUntil: '2027-01-03T16:59:59.000Z',
  acknowledgedAt: null,
  objection: null,
  objectedAt: null,
  isFinal: false,
  results: [
    {
      number: 1,
      origin: 'rating',
      hasilKerja: 'sesuai',
      perilaku: 'diAtas',
      predikat: 'baik',
      notes: 'Kerja sama dengan unit teknis patut dicontoh.',
      decidedAt: '2026-12-20T03:00:00.000Z',
      decidedBy: { id: id(1), name: 'Siti Rahmawati' },
      onBehalfOf: null,
    },
  ],
  ...part,
});

export const sampleDetail = (part: Partial<TaskDetail> = {}): TaskDetail => ({
  task: sampleTask(),
  cycle: sampleCycle(),
  decisions: ['approveSkp', 'returnSkp'],
  procedure: null,
  skp: sampleSkpVersion(),
  previousSkp: null,
  report: null,
  previousReport: null,
  period: null,
  evidence: [],
  appraisal: null,
  periods: [],
  reports: [],
  evaluation: null,
  followUps: [],
  suggestions: [],
  matrix: null,
  ...part,
});

export const sampleCycleView = (part: Partial<CycleView> = {}): CycleView => ({
  cycle: sampleCycle(),
  periods: samplePeriods(),
  skps: [],
  reports: [],
  evidence: [],
  appraisal: null,
  evaluation: null,
  followUps: [],
  waitingFor: [],
  myTasks: [],
  matrix: sampleMatrix(),
  ...part,
});

export const sampleReceipt = (part: object = {}) => ({
  commandId: id(90),
  number: 4217,
  decision: 'approveSkp' as const,
  acceptedAt: '2026-11-24T05:03:00.000Z',
  isLate: false,
  state: 'answered' as const,
  outcome: { kind: 'applied' as const },
  next: null,
  predikat: null,
  ...part,
});

export const sampleRun = (part: Partial<RunRow> = {}): RunRow => ({
  id: id(10),
  kind: 'performanceCycle',
  workflowId: `matter-${id(10)}`,
  name: 'Budi Santoso',
  subject: 'Analis SDM Aparatur',
  unit: { id: id(4), code: '0101', name: 'Biro Umum' },
  year: 2026,
  timeZone: 'Asia/Jakarta',
  stage: 'skp',
  state: 'running',
  outcome: null,
  openedAt: '2026-01-02T03:00:00.000Z',
  finishedAt: null,
  waitingFor: [
    {
      taskId: id(20),
      kind: 'approveSkp',
      assignee: 'Siti Rahmawati',
      positionTitle: 'Kepala Bagian',
      openedAt: '2026-01-20T03:00:00.000Z',
      dueAt: '2026-01-27T16:59:59.000Z',
      isLate: false,
      level: 0,
    },
  ],
  lateTasks: 0,
  seq: 1,
  build: 'abc123',
  ruleSetCode: 'triwulanan',
  pendingCommands: 0,
  ...part,
});

export const sampleRunStory = (part: Partial<RunStory> = {}): RunStory => ({
  run: sampleRun(),
  counts: {},
  events: [
    {
      number: 1,
      at: '2026-01-20T03:00:00.000Z',
      kind: 'skpSubmitted',
      actor: 'Budi Santoso',
      onBehalfOf: null,
      data: {},
    },
  ],
  mails: [],
  commands: [],
  chain: { isIntact: true, brokenAt: null },
  engineUiUrl: 'http://temporal.test/namespaces/default/workflows/matter-1',
  ...part,
});
