/** The three ratings of one axis, best first (PermenPANRB 6/2022). A rating is a judgement from the feedback, never computed. */
export const RATINGS = ['diAtas', 'sesuai', 'diBawah'] as const;
export type Rating = (typeof RATINGS)[number];

/** The five predikat kinerja of a person, best first. */
export const PREDIKATS = ['sangatBaik', 'baik', 'butuhPerbaikan', 'kurang', 'sangatKurang'] as const;
export type Predikat = (typeof PREDIKATS)[number];

/** Each predikat as either regulation words it: one code, two official labels. */
export const PREDIKAT_LABELS: Readonly<Record<Predikat, { permenpanrb6of2022: string; pp30of2019: string }>> = {
  sangatBaik: { permenpanrb6of2022: 'Sangat Baik', pp30of2019: 'Sangat Baik' },
  baik: { permenpanrb6of2022: 'Baik', pp30of2019: 'Baik' },
  butuhPerbaikan: { permenpanrb6of2022: 'Butuh Perbaikan', pp30of2019: 'Cukup' },
  kurang: { permenpanrb6of2022: 'Kurang/misconduct', pp30of2019: 'Kurang' },
  sangatKurang: { permenpanrb6of2022: 'Sangat Kurang', pp30of2019: 'Sangat Kurang' },
};

/** The five predikat of an organisation, best first (SE MenPANRB 3/2023). */
export const PREDIKATS_ORGANISASI = ['istimewa', 'baik', 'butuhPerbaikan', 'kurang', 'sangatKurang'] as const;
export type PredikatOrganisasi = (typeof PREDIKATS_ORGANISASI)[number];

/** Rating of hasil kerja (outer key) × rating of perilaku kerja (inner key) → predikat. */
export type PredikatMatrix = Readonly<Record<Rating, Readonly<Record<Rating, Predikat>>>>;

/** The predikat that two ratings give; nobody edits it afterwards (PermenPANRB 6/2022 Ps. 24–25). */
export function predikatFromRatings(hasilKerja: Rating, perilakuKerja: Rating, matrix: PredikatMatrix): Predikat {
  return matrix[hasilKerja][perilakuKerja];
}

/** Whether a predikat is as good as a minimum or better. */
export const isAtLeast = (predikat: Predikat, minimum: Predikat): boolean =>
  PREDIKATS.indexOf(predikat) <= PREDIKATS.indexOf(minimum);
