/** Rating on each axis: Di Atas, Sesuai or Di Bawah Ekspektasi (PermenPANRB 6/2022). */
export type Rating = 'diAtas' | 'sesuai' | 'diBawah';

/** Predikat kinerja. `butuhPerbaikan` is the Cukup of PP 30/2019: one code, two labels. */
export type Predikat = 'sangatBaik' | 'baik' | 'butuhPerbaikan' | 'kurang' | 'sangatKurang';
