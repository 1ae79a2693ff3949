import { describe, expect, it } from 'vitest';
import { TASK_KINDS } from '#domain/process/tasks.ts';
import { sampleTask } from '../../testing/sample.ts';
import OwnWorkPanel from './OwnWorkPanel.vue';
import { editorOf } from './editor-of.ts';
import { FORMS, formOf } from './forms.ts';

describe('the form of a task', () => {
  it('is there for every kind, and nothing else is listed', () => {
    expect(Object.keys(FORMS).sort()).toEqual([...TASK_KINDS].sort());
  });

  it.each(TASK_KINDS)('%s: its file has a component that takes the task and the flow of its decision', async (kind) => {
    const { default: component } = await FORMS[kind]();
    expect(Object.keys((component as { props: object }).props)).toContain('detail');
  });

  it('stays the same for a kind, so that what was typed stays too', () => {
    for (const kind of TASK_KINDS) expect(formOf(kind)).toBe(formOf(kind));
  });

  it('leads to an editor exactly where own work has one', async () => {
    for (const kind of TASK_KINDS) {
      const { default: component } = await FORMS[kind]();
      expect(component === OwnWorkPanel, kind).toBe(editorOf(sampleTask({ kind, periodNo: 1 })) !== null);
    }
  });
});
