import { numberIn } from '../reporting/achievement.ts';
import type { Detail } from '../result.ts';
import { indikatorsOf, type HasilKerja, type Indikator, type SkpContent } from './skp-content.ts';

type SmartCriterion = 'specific' | 'measurable' | 'achievable' | 'relevant' | 'timeBound';

/** What a hint says; each code is also the key of its text. */
export const SMART_CODES = [
  'smart.specific.tooShort',
  'smart.specific.vague',
  'smart.measurable.noNumber',
  'smart.measurable.noUnit',
  'smart.achievable.overHundred',
  'smart.achievable.farAboveLastYear',
  'smart.relevant.notLinked',
  'smart.relevant.otherSubject',
  'smart.timeBound.missing',
] as const;
type SmartCode = (typeof SMART_CODES)[number];

/** A hint on one indicator. Hints help to write; they never stop a submission. */
export type SmartHint = {
  readonly indikatorId: string;
  readonly criterion: SmartCriterion;
  readonly code: SmartCode;
  readonly detail?: Detail;
};

export type SmartContext = {
  /** Last year's realisation by indicator id, where the line was carried over. */
  readonly lastYear?: ReadonlyMap<string, number>;
};

const VAGUE = wordsAsPattern([
  'dll',
  'dsb',
  'dst',
  'dan lain-lain',
  'dan sebagainya',
  'sebaik-baiknya',
  'semaksimal mungkin',
  'secara optimal',
  'yang baik',
  'lebih baik',
  'sesuai kebutuhan',
  'membantu tugas',
]);
const TIME = wordsAsPattern([
  'hari',
  'harian',
  'minggu',
  'mingguan',
  'pekan',
  'bulan',
  'bulanan',
  'triwulan',
  'triwulanan',
  'semester',
  'tahun',
  'tahunan',
  'setiap',
  'per',
  'sebelum',
  'paling lambat',
  'tenggat',
  'tepat waktu',
  '20\\d\\d',
  'januari',
  'februari',
  'maret',
  'april',
  'mei',
  'juni',
  'juli',
  'agustus',
  'september',
  'oktober',
  'november',
  'desember',
]);
const PERCENT = /%|\bpersen\b/i;
const MINIMUM_WORDS = 3;
const AMBITION_LIMIT = 2;

/** Words too common to show what a sentence is about. */
const COMMON = new Set([
  'yang',
  'atau',
  'dengan',
  'untuk',
  'pada',
  'dari',
  'dalam',
  'oleh',
  'secara',
  'terhadap',
  'sebagai',
  'jumlah',
  'persentase',
  'tingkat',
  'nilai',
  'kegiatan',
  'pelaksanaan',
  'tersusunnya',
  'terlaksananya',
  'meningkatnya',
]);

/** Hints for every indicator of an SKP, in the order of the form (S4.2). */
export function smartCheck(content: SkpContent, context: SmartContext = {}): SmartHint[] {
  return indikatorsOf(content).flatMap(({ hasilKerja, indikator }) => hintsFor(indikator, hasilKerja, context));
}

function hintsFor(indikator: Indikator, hasilKerja: HasilKerja, { lastYear }: SmartContext): SmartHint[] {
  return [
    ...specific(indikator),
    ...measurable(indikator),
    ...achievable(indikator, lastYear?.get(indikator.id)),
    ...relevant(indikator, hasilKerja),
    ...timeBound(indikator, hasilKerja),
  ];
}

function specific({ id, indikator }: Indikator): SmartHint[] {
  if (wordsOf(indikator).length < MINIMUM_WORDS) {
    return [
      {
        indikatorId: id,
        criterion: 'specific',
        code: 'smart.specific.tooShort',
        detail: { minimumWords: MINIMUM_WORDS },
      },
    ];
  }
  const vague = VAGUE.exec(indikator)?.[0];
  return vague
    ? [{ indikatorId: id, criterion: 'specific', code: 'smart.specific.vague', detail: { word: vague.toLowerCase() } }]
    : [];
}

function measurable({ id, target, satuan, indikator }: Indikator): SmartHint[] {
  if (!/\d/.test(target) && !/\d/.test(indikator))
    return [{ indikatorId: id, criterion: 'measurable', code: 'smart.measurable.noNumber' }];
  const hasUnit = satuan.trim() !== '' || /[a-z%]/i.test(target) || /\d/.test(indikator);
  return hasUnit ? [] : [{ indikatorId: id, criterion: 'measurable', code: 'smart.measurable.noUnit' }];
}

function achievable({ id, target, satuan, polarity }: Indikator, lastYear: number | undefined): SmartHint[] {
  const value = numberIn(target);
  if (value === null) return [];
  if (PERCENT.test(`${target} ${satuan}`) && value > 100) {
    return [
      { indikatorId: id, criterion: 'achievable', code: 'smart.achievable.overHundred', detail: { target: value } },
    ];
  }
  const isFarAbove =
    lastYear !== undefined && lastYear > 0 && polarity === 'higherIsBetter' && value > lastYear * AMBITION_LIMIT;
  if (!isFarAbove) return [];
  return [
    {
      indikatorId: id,
      criterion: 'achievable',
      code: 'smart.achievable.farAboveLastYear',
      detail: { target: value, lastYear },
    },
  ];
}

function relevant({ id, indikator }: Indikator, { intervensi, rencana }: HasilKerja): SmartHint[] {
  if (intervensi.kind === 'tidakDiturunkan')
    return [{ indikatorId: id, criterion: 'relevant', code: 'smart.relevant.notLinked' }];
  const subject = new Set(subjectOf([rencana, ...intervensi.dari.map((result) => result.rencana)].join(' ')));
  const isAboutIt = subject.size === 0 || subjectOf(indikator).some((word) => subject.has(word));
  return isAboutIt ? [] : [{ indikatorId: id, criterion: 'relevant', code: 'smart.relevant.otherSubject' }];
}

function timeBound({ id, aspek, indikator, target, satuan }: Indikator, { rencana }: HasilKerja): SmartHint[] {
  const isTimed = aspek === 'waktu' || TIME.test([indikator, target, satuan, rencana].join(' '));
  return isTimed ? [] : [{ indikatorId: id, criterion: 'timeBound', code: 'smart.timeBound.missing' }];
}

function wordsAsPattern(words: readonly string[]): RegExp {
  return new RegExp(`\\b(${words.join('|')})\\b`, 'i');
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z]{2,}/g) ?? [];

/** The words that tell what a sentence is about, without common ones; the first six letters stand for a word's forms. */
const subjectOf = (text: string): string[] =>
  wordsOf(text)
    .filter((word) => word.length >= 4 && !COMMON.has(word))
    .map((word) => word.slice(0, 6));
