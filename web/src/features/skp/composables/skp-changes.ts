import type { HasilKerja, SkpContent } from '../../../types.ts';

/** One difference between two versions of an SKP. `path` says where, in keys of texts and in names of results. */
export type SkpChange = { kind: 'added' | 'removed' | 'changed' | 'moved'; where: string; name: string; before: string; after: string };

const RESULT_FIELDS = ['rencana', 'kind', 'intervenesText', 'notCascadedReason'] as const;
const INDICATOR_FIELDS = ['aspek', 'indikator', 'target', 'satuan'] as const;
const LISTS = ['dukunganSumberDaya', 'skemaPertanggungjawaban', 'konsekuensi'] as const;

/** What changed from one version to the next, field by field; lines are told apart by their ids, so an order is no change of content. */
export function skpChanges(before: SkpContent, after: SkpContent): SkpChange[] {
  const changes: SkpChange[] = [];
  const add = (kind: SkpChange['kind'], where: string, name: string, from: string, to: string): void => void changes.push({ kind, where, name, before: from, after: to });
  if (before.approach !== after.approach) add('changed', 'skp.field.approach', '', before.approach, after.approach);
  for (const result of after.results) {
    const old = before.results.find(({ id }) => id === result.id);
    if (!old) add('added', 'skp.field.result', '', '', summaryOf(result));
    else changes.push(...resultChanges(old, result));
  }
  for (const old of before.results) if (!after.results.some(({ id }) => id === old.id)) add('removed', 'skp.field.result', '', summaryOf(old), '');
  for (const { value, expectation } of after.behaviours) {
    const old = before.behaviours.find((one) => one.value === value)?.expectation ?? '';
    if (old !== expectation) add('changed', `berakhlak.${value}.name`, '', old, expectation);
  }
  for (const list of LISTS) {
    const from = before.attachments[list].join('\n');
    const to = after.attachments[list].join('\n');
    if (from !== to) add('changed', `skp.list.${list}`, '', from, to);
  }
  return changes;
}

function resultChanges(before: HasilKerja, after: HasilKerja): SkpChange[] {
  const changes: SkpChange[] = [];
  const name = after.rencana || before.rencana;
  for (const field of RESULT_FIELDS) if (before[field] !== after[field]) changes.push({ kind: 'changed', where: `skp.field.${field}`, name, before: before[field], after: after[field] });
  for (const indicator of after.indicators) {
    const old = before.indicators.find(({ id }) => id === indicator.id);
    if (!old) changes.push({ kind: 'added', where: 'skp.field.indicator', name, before: '', after: textOf(indicator) });
    else {
      for (const field of INDICATOR_FIELDS) {
        if (old[field] !== indicator[field]) changes.push({ kind: 'changed', where: `skp.field.${field}`, name, before: old[field] ?? '', after: indicator[field] ?? '' });
      }
    }
  }
  for (const old of before.indicators) {
    if (!after.indicators.some(({ id }) => id === old.id)) changes.push({ kind: 'removed', where: 'skp.field.indicator', name, before: textOf(old), after: '' });
  }
  return changes;
}

const textOf = (indicator: HasilKerja['indicators'][number]): string => `${indicator.indikator}: ${indicator.target} ${indicator.satuan}`.trim();
const summaryOf = (result: HasilKerja): string => [result.rencana, ...result.indicators.map(textOf)].join('\n');
