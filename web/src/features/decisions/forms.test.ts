import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CYCLE_DECISIONS, CYCLE_TASK_KINDS, PROCEDURE_TASK_KINDS, TASK_KINDS } from '#domain/process/tasks.ts';
import { sampleTask } from '../../testing/sample.ts';
import OwnWorkPanel from './OwnWorkPanel.vue';
import { editorOf } from './editor-of.ts';
import { formOf, loadOf } from './forms.ts';

const features = join(import.meta.dirname, '..');
const screens = globSync('*/**/*.vue', { cwd: features }).map((file) => readFileSync(join(features, file), 'utf8'));

describe('the form of a task', () => {
  it('is one of its own for the year, and the same for every procedure', async () => {
    const ofProcedures = loadOf(PROCEDURE_TASK_KINDS[0]!);
    for (const kind of PROCEDURE_TASK_KINDS) expect(loadOf(kind), kind).toBe(ofProcedures);
    for (const kind of CYCLE_TASK_KINDS) expect(loadOf(kind), kind).not.toBe(ofProcedures);
  });

  it.each(TASK_KINDS)('%s: its file has a component that takes the task and the flow of its decision', async (kind) => {
    const { default: component } = await loadOf(kind)();
    expect(Object.keys((component as { props: object }).props)).toContain('detail');
  });

  it('stays the same for a kind, so that what was typed stays too', () => {
    for (const kind of TASK_KINDS) expect(formOf(kind)).toBe(formOf(kind));
  });

  it('leads to an editor exactly where own work has one', async () => {
    for (const kind of TASK_KINDS) {
      const { default: component } = await loadOf(kind)();
      expect(component === OwnWorkPanel, kind).toBe(editorOf(sampleTask({ kind, periodNo: 1 })) !== null);
    }
  });

  it.each(CYCLE_DECISIONS)('%s can be taken in some screen', (decision) => {
    expect(screens.some((text) => new RegExp(`['"]${decision}['"]`).test(text))).toBe(true);
  });
});
