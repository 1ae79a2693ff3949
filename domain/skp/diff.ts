import { BERAKHLAK } from './berakhlak.ts';
import { LAMPIRAN_KINDS, type HasilKerja, type Intervensi, type SkpContent } from './skp-content.ts';

/** Which field of the form a change is in; with `skp.field.` before it, the key of its name. */
type SkpField =
  | 'pendekatan'
  | 'jenis'
  | 'perspektif'
  | 'intervensi'
  | 'rencana'
  | 'aspek'
  | 'indikator'
  | 'target'
  | 'satuan'
  | 'polarity'
  | 'ekspektasiKhusus'
  | 'dukunganSumberDaya'
  | 'skemaPertanggungjawaban'
  | 'konsekuensi';

/** One field that differs. Empty and missing are the same: filling an empty field is `added`. */
export type FieldChange = {
  readonly kind: 'added' | 'removed' | 'changed';
  /** The same path as in problems: `hasilKerja.h1.indikator.i2.target`. */
  readonly path: string;
  readonly labelKey: `skp.field.${SkpField}`;
  /** The line the field belongs to, for people: the RHK or the value's name; null for the SKP as a whole. */
  readonly context: string | null;
  readonly before: string | null;
  readonly after: string | null;
};

type Field = {
  readonly path: string;
  readonly field: SkpField;
  readonly context: string | null;
  readonly value: string;
};

/**
 * What changed from one version of an SKP to another, field by field, in the order of the form (S4.4). Lines are known by
 * their ids, so moving one is no change.
 */
export function diffSkp(before: SkpContent, after: SkpContent): FieldChange[] {
  const [old, current] = [fieldsOf(before), fieldsOf(after)];
  const oldByPath = new Map(old.map((field) => [field.path, field]));
  const currentByPath = new Map(current.map((field) => [field.path, field]));
  const removed = old.filter(({ path }) => !currentByPath.has(path));
  return [
    ...current.flatMap((field) => changeOf(oldByPath.get(field.path), field)),
    ...removed.flatMap((field) => changeOf(field, undefined)),
  ];
}

function changeOf(before: Field | undefined, after: Field | undefined): FieldChange[] {
  const [from, to] = [before?.value.trim() || null, after?.value.trim() || null];
  const field = after ?? before;
  if (!field || from === to) return [];
  const kind = from === null ? 'added' : to === null ? 'removed' : 'changed';
  return [
    { kind, path: field.path, labelKey: `skp.field.${field.field}`, context: field.context, before: from, after: to },
  ];
}

function fieldsOf(content: SkpContent): Field[] {
  return [
    { path: 'pendekatan', field: 'pendekatan', context: null, value: content.pendekatan },
    ...content.hasilKerja.flatMap(hasilKerjaFields),
    ...content.perilakuKerja.map(({ nilai, ekspektasiKhusus }): Field => {
      const path = `perilakuKerja.${nilai}.ekspektasiKhusus`;
      return { path, field: 'ekspektasiKhusus', context: BERAKHLAK[nilai].label, value: ekspektasiKhusus };
    }),
    ...LAMPIRAN_KINDS.flatMap((kind) =>
      content.lampiran[kind].map(({ id, uraian }): Field => ({
        path: `lampiran.${kind}.${id}.uraian`,
        field: kind,
        context: null,
        value: uraian,
      })),
    ),
  ];
}

function hasilKerjaFields({ id, jenis, perspektif, intervensi, rencana, indikator }: HasilKerja): Field[] {
  const path = `hasilKerja.${id}`;
  const field = (name: SkpField, value: string, at = path): Field => ({
    path: `${at}.${name}`,
    field: name,
    context: rencana,
    value,
  });
  return [
    field('jenis', jenis),
    field('perspektif', perspektif ?? ''),
    field('intervensi', intervensiText(intervensi)),
    field('rencana', rencana),
    ...indikator.flatMap((line) => {
      const at = `${path}.indikator.${line.id}`;
      return [
        field('aspek', line.aspek ?? '', at),
        field('indikator', line.indikator, at),
        field('target', line.target, at),
        field('satuan', line.satuan, at),
        field('polarity', line.polarity, at),
      ];
    }),
  ];
}

const intervensiText = (intervensi: Intervensi): string =>
  intervensi.kind === 'diturunkan' ? intervensi.dari.map(({ rencana }) => rencana).join('; ') : intervensi.alasan;
