/** The seven BerAKHLAK core values (UU 20/2023 Ps. 3–4), in the official order. */
export type BerakhlakValue = 'berorientasiPelayanan' | 'akuntabel' | 'kompeten' | 'harmonis' | 'loyal' | 'adaptif' | 'kolaboratif';

export const BERAKHLAK_VALUES: readonly BerakhlakValue[] = ['berorientasiPelayanan', 'akuntabel', 'kompeten', 'harmonis', 'loyal', 'adaptif', 'kolaboratif'];
