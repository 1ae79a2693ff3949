/** The seven values of the civil service (UU 20/2023 Ps. 3–4), in their official order. */
export const NILAI_BERAKHLAK = [
  'berorientasiPelayanan',
  'akuntabel',
  'kompeten',
  'harmonis',
  'loyal',
  'adaptif',
  'kolaboratif',
] as const;
export type NilaiBerakhlak = (typeof NILAI_BERAKHLAK)[number];

export type PanduanPerilaku = { readonly label: string; readonly panduan: readonly [string, string, string] };

/** Name and the three panduan perilaku of each value, as they are printed in the SKP. */
export const BERAKHLAK: Readonly<Record<NilaiBerakhlak, PanduanPerilaku>> = {
  berorientasiPelayanan: {
    label: 'Berorientasi Pelayanan',
    panduan: [
      'Memahami dan memenuhi kebutuhan masyarakat',
      'Ramah, cekatan, solutif, dan dapat diandalkan',
      'Melakukan perbaikan tiada henti',
    ],
  },
  akuntabel: {
    label: 'Akuntabel',
    panduan: [
      'Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi',
      'Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien',
      'Tidak menyalahgunakan kewenangan jabatan',
    ],
  },
  kompeten: {
    label: 'Kompeten',
    panduan: [
      'Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah',
      'Membantu orang lain belajar',
      'Melaksanakan tugas dengan kualitas terbaik',
    ],
  },
  harmonis: {
    label: 'Harmonis',
    panduan: [
      'Menghargai setiap orang apa pun latar belakangnya',
      'Suka menolong orang lain',
      'Membangun lingkungan kerja yang kondusif',
    ],
  },
  loyal: {
    label: 'Loyal',
    panduan: [
      'Memegang teguh ideologi Pancasila, UUD 1945, NKRI serta pemerintahan yang sah',
      'Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara',
      'Menjaga rahasia jabatan dan negara',
    ],
  },
  adaptif: {
    label: 'Adaptif',
    panduan: [
      'Cepat menyesuaikan diri menghadapi perubahan',
      'Terus berinovasi dan mengembangkan kreativitas',
      'Bertindak proaktif',
    ],
  },
  kolaboratif: {
    label: 'Kolaboratif',
    panduan: [
      'Memberi kesempatan kepada berbagai pihak untuk berkontribusi',
      'Terbuka dalam bekerja sama untuk menghasilkan nilai tambah',
      'Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama',
    ],
  },
};
