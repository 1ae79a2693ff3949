const MEGABYTE = 1024 * 1024;

/** Kinds of file that are taken anywhere, by the ending that people know. What a file is, its content says. */
export const FILE_KINDS = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  png: 'image/png',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  csv: 'text/csv',
} as const;
export type FileKind = keyof typeof FILE_KINDS;

export type UploadLimits = {
  readonly largestMegabytes: number;
  readonly kinds: readonly FileKind[];
  /** Photos of a phone are made smaller before they are sent. */ readonly shrinksPictures: boolean;
};

/** Everything a file can be uploaded for, with its limits: the browser and the API hold to the same ones. */
export const UPLOADS = {
  reportEvidence: { largestMegabytes: 10, kinds: ['pdf', 'jpg', 'png', 'docx', 'xlsx'], shrinksPictures: true },
  guidelineAttachment: { largestMegabytes: 20, kinds: ['pdf', 'jpg', 'png', 'docx', 'xlsx'], shrinksPictures: false },
  trainingMaterial: {
    largestMegabytes: 25,
    kinds: ['pdf', 'pptx', 'jpg', 'png', 'docx', 'xlsx'],
    shrinksPictures: false,
  },
  jpEvidence: { largestMegabytes: 25, kinds: ['pdf', 'jpg', 'png', 'docx', 'xlsx'], shrinksPictures: true },
  rosterFile: { largestMegabytes: 60, kinds: ['xlsx', 'csv'], shrinksPictures: false },
} as const satisfies Record<string, UploadLimits>;
export type UploadPurposeName = keyof typeof UPLOADS;

export const largestBytes = (purpose: UploadPurposeName): number => UPLOADS[purpose].largestMegabytes * MEGABYTE;

export type FileRefusal = {
  code: 'file.empty' | 'file.tooLarge' | 'file.kind';
  detail: Record<string, string | number>;
};

/** What speaks against the size of a file, or null. */
export function sizeRefusal(purpose: UploadPurposeName, bytes: number): FileRefusal | null {
  if (bytes <= 0) return { code: 'file.empty', detail: {} };
  return bytes > largestBytes(purpose)
    ? { code: 'file.tooLarge', detail: { largest: UPLOADS[purpose].largestMegabytes } }
    : null;
}

/** What is said of a file whose kind is not taken. */
export const kindRefusal = (purpose: UploadPurposeName): FileRefusal => ({
  code: 'file.kind',
  detail: { kinds: kindNames(purpose) },
});

/** The kinds that are taken, as they are shown. */
export const kindNames = (purpose: UploadPurposeName): string =>
  UPLOADS[purpose].kinds.map((kind) => kind.toUpperCase()).join(', ');
