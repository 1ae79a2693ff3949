import { numberIn } from '../reporting/achievement.ts';
import { problem, warning, type Problem } from '../result.ts';
import { NILAI_BERAKHLAK } from './berakhlak.ts';
import {
  indikatorsOf,
  LAMPIRAN_KINDS,
  type HasilKerja,
  type Indikator,
  type Intervensi,
  type SkpContent,
} from './skp-content.ts';

export type SkpValidation = {
  /** Leaders' forms name a perspektif for each result. */
  readonly isLeader?: boolean;
};

/**
 * What stands against handing an SKP in (PermenPANRB 6/2022). A draft may have all of these problems and is saved
 * nevertheless; only a submission must be free of errors.
 */
export function validateSkp(content: SkpContent, { isLeader = false }: SkpValidation = {}): Problem[] {
  const problems: Problem[] = [];
  if (!content.hasilKerja.some(({ jenis }) => jenis === 'utama'))
    problems.push(problem('skp.hasilKerja.utamaRequired', 'hasilKerja'));
  for (const hasilKerja of content.hasilKerja) problems.push(...hasilKerjaProblems(hasilKerja, content, isLeader));
  problems.push(...idProblems(content), ...perilakuProblems(content), ...lampiranProblems(content));
  return problems;
}

function hasilKerjaProblems(hasilKerja: HasilKerja, { pendekatan }: SkpContent, isLeader: boolean): Problem[] {
  const path = `hasilKerja.${hasilKerja.id}`;
  const problems = intervensiProblems(hasilKerja.intervensi, `${path}.intervensi`);
  if (isBlank(hasilKerja.rencana)) problems.push(problem('skp.hasilKerja.rencanaRequired', `${path}.rencana`));
  if (hasilKerja.indikator.length === 0) problems.push(problem('skp.indikator.required', `${path}.indikator`));
  if (isLeader && hasilKerja.perspektif === null)
    problems.push(warning('skp.hasilKerja.perspektifMissing', `${path}.perspektif`));
  for (const indikator of hasilKerja.indikator) {
    const at = `${path}.indikator.${indikator.id}`;
    if (isBlank(indikator.indikator)) problems.push(problem('skp.indikator.textRequired', `${at}.indikator`));
    if (pendekatan === 'kuantitatif') problems.push(...quantitativeProblems(indikator, at));
  }
  return problems;
}

function intervensiProblems(intervensi: Intervensi, path: string): Problem[] {
  if (intervensi.kind === 'tidakDiturunkan') {
    return isBlank(intervensi.alasan) ? [problem('skp.intervensi.reasonRequired', `${path}.alasan`)] : [];
  }
  const isLinked = intervensi.dari.some(({ hasilKerjaId, rencana }) => hasilKerjaId !== null || !isBlank(rencana));
  return isLinked ? [] : [problem('skp.intervensi.required', path)];
}

/** The quantitative form has a column each for aspek, indicator and target; a bare number needs its unit. */
function quantitativeProblems({ aspek, target, satuan }: Indikator, path: string): Problem[] {
  const problems: Problem[] = [];
  if (aspek === null) problems.push(problem('skp.indikator.aspekRequired', `${path}.aspek`));
  if (isBlank(target)) problems.push(problem('skp.indikator.targetRequired', `${path}.target`));
  if (isBareNumber(target) && isBlank(satuan)) problems.push(problem('skp.indikator.satuanRequired', `${path}.satuan`));
  return problems;
}

const isBareNumber = (target: string): boolean => numberIn(target) !== null && /^[\s\d.,<>≤≥=±-]+$/.test(target);

function idProblems(content: SkpContent): Problem[] {
  const ids = [
    ...content.hasilKerja.map(({ id }) => id),
    ...indikatorsOf(content).map(({ indikator }) => indikator.id),
  ];
  const repeated = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...repeated].map((id) => problem('skp.id.repeated', 'hasilKerja', { id }));
}

function perilakuProblems({ perilakuKerja }: SkpContent): Problem[] {
  const given = new Set(perilakuKerja.map(({ nilai }) => nilai));
  const isComplete =
    perilakuKerja.length === NILAI_BERAKHLAK.length && NILAI_BERAKHLAK.every((nilai) => given.has(nilai));
  return isComplete ? [] : [problem('skp.perilaku.incomplete', 'perilakuKerja')];
}

/** The dialogue must settle resources, accountability and consequences; an empty list is pointed out, not refused. */
function lampiranProblems({ lampiran }: SkpContent): Problem[] {
  return LAMPIRAN_KINDS.flatMap((kind) => {
    const path = `lampiran.${kind}`;
    if (lampiran[kind].length === 0) return [warning('skp.lampiran.empty', path)];
    const blank = lampiran[kind].filter(({ uraian }) => isBlank(uraian));
    return blank.map(({ id }) => problem('skp.lampiran.textRequired', `${path}.${id}.uraian`));
  });
}

const isBlank = (text: string): boolean => text.trim() === '';
