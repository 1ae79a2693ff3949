import type { z } from 'zod';
import { FILE_KINDS, kindRefusal, UPLOADS, type FileKind, type UploadPurposeName } from '#domain/files/uploads.ts';
import type { ActingContext } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { kindByContent, type FileFacts } from './file-store.ts';

/** What a browser says of its upload. */
export type UploadMetadata = Readonly<Record<string, string | null>>;

/** A complete file of an accepted kind. `path` is where its bytes lie now, `storageKey` where they stay if the purpose keeps them. */
export type ReceivedFile = FileFacts & {
  fileName: string;
  kind: FileKind;
  mediaType: string;
  path: string;
  storageKey: string;
};

/** A thing that files are uploaded for; made by `uploadPurpose`. */
export type UploadPurpose = {
  readonly name: UploadPurposeName;
  /** Whether the bytes stay in the store. */
  readonly keepsFile: boolean;
  kindOf(path: string): Promise<FileKind>;
  /** Throws the problem when the person may not upload this now. */
  check(person: ActingContext, metadata: UploadMetadata): Promise<void>;
  /** Checks again and writes what the file is for; the answer goes to the browser. All in the caller's transaction. */
  finish(person: ActingContext, metadata: UploadMetadata, receive: () => Promise<ReceivedFile>): Promise<object>;
};

type PurposeParts<Data, Claim> = {
  name: UploadPurposeName;
  /** What the browser must say besides the file. */
  data: z.ZodType<Data, unknown>;
  /** Who may, and for what: read from the database when the upload begins and once more when it is complete. Throws a problem. */
  claim(person: ActingContext, data: Data): Promise<Claim>;
  /** Writes the rows of the file, with their line in the audit log where there is one. */
  write(person: ActingContext, claim: Claim, file: ReceivedFile): Promise<object>;
  keepsFile?: boolean;
  /** How the kind is told where the content alone does not say it. */
  kindOf?: (path: string) => Promise<FileKind | null>;
};

/** Describes one purpose of uploads; the stage that owns it exports it and the app puts all together. */
export function uploadPurpose<Data, Claim>({
  name,
  data,
  claim,
  write,
  keepsFile = true,
  kindOf = kindByContent,
}: PurposeParts<Data, Claim>): UploadPurpose {
  const claimed = (person: ActingContext, metadata: UploadMetadata): Promise<Claim> =>
    claim(person, data.parse(metadata));
  const accepted: readonly FileKind[] = UPLOADS[name].kinds;
  return {
    name,
    keepsFile,
    async kindOf(path) {
      const kind = await kindOf(path);
      if (kind && accepted.includes(kind)) return kind;
      const { code, detail } = kindRefusal(name);
      throw new Problem(code, detail);
    },
    async check(person, metadata) {
      await claimed(person, metadata);
    },
    async finish(person, metadata, receive) {
      const current = await claimed(person, metadata);
      return write(person, current, await receive());
    },
  };
}

export const mediaTypeOf = (kind: FileKind): string => FILE_KINDS[kind];
