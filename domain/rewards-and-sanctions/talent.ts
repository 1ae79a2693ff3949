import type { Predikat, Rating } from '../appraisal/predikat.ts';

/** The three levels of potential (PermenPANRB 3/2020). */
export const POTENSIAL = ['rendah', 'menengah', 'tinggi'] as const;
export type Potensial = (typeof POTENSIAL)[number];

export type TalentBox = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** What a talent box recommends; the extract of the guide that could be confirmed. */
export type TalentRecommendation =
  | 'promotion'
  | 'successionGroup'
  | 'award'
  | 'rotation'
  | 'enrichment'
  | 'tugasBelajar'
  | 'fittingPlacement'
  | 'competenceDevelopment'
  | 'bimbinganKinerja'
  | 'konselingKinerja';

const BOXES: Readonly<Record<Rating, Readonly<Record<Potensial, TalentBox>>>> = {
  diAtas: { rendah: 4, menengah: 7, tinggi: 9 },
  sesuai: { rendah: 2, menengah: 5, tinggi: 8 },
  diBawah: { rendah: 1, menengah: 3, tinggi: 6 },
};

const AXIS: Readonly<Record<Predikat, Rating>> = {
  sangatBaik: 'diAtas',
  baik: 'sesuai',
  butuhPerbaikan: 'diBawah',
  kurang: 'diBawah',
  sangatKurang: 'diBawah',
};

const RECOMMENDATIONS: Readonly<Record<TalentBox, readonly TalentRecommendation[]>> = {
  9: ['promotion', 'successionGroup', 'award'],
  8: ['successionGroup', 'rotation', 'bimbinganKinerja'],
  7: ['successionGroup', 'enrichment', 'tugasBelajar'],
  6: ['fittingPlacement', 'bimbinganKinerja'],
  5: ['fittingPlacement', 'bimbinganKinerja'],
  4: ['rotation', 'competenceDevelopment'],
  3: ['bimbinganKinerja', 'konselingKinerja'],
  2: [],
  1: [],
};

/** The box of a person in the talent 9-box, by yearly predikat and potential. */
export const talentBox = (predikat: Predikat, potensial: Potensial): TalentBox => BOXES[AXIS[predikat]][potensial];

/** What a box recommends; empty where the guide's text has not been confirmed. */
export const recommendationsFor = (box: TalentBox): readonly TalentRecommendation[] => RECOMMENDATIONS[box];
