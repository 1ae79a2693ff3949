import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { installQuietRuntime, testBundle } from '#test/environment/engine.ts';
import { readHistories } from '#test/factories/histories.ts';

/**
 * Every committed history must replay on today's code: a change of workflow code or of the process rules that would
 * derail a running cycle fails here. What must change is wrapped in `patched('YYYY-MM-DD/what')`.
 */
const WORKFLOWS = ['matter', 'cycle-campaign', 'escalation-sweep', 'rule-set-move', 'training-event'];
const recorded = WORKFLOWS.flatMap((workflow) =>
  readHistories(workflow).map(({ name, history }) => ({ workflow, name, history })),
);

let code: string;
beforeAll(async () => {
  installQuietRuntime();
  code = (await testBundle()).code;
});

const replay = (workflowCode: string, history: object) =>
  Worker.runReplayHistory({ workflowBundle: { code: workflowCode } }, history);

describe('recorded histories', () => {
  it('are there for each workflow', () => {
    expect(new Set(recorded.map(({ workflow }) => workflow))).toEqual(new Set(WORKFLOWS));
  });

  it.each(recorded)('replay: $workflow $name', async ({ history }) => {
    await expect(replay(code, history)).resolves.toBeUndefined();
  });

  it('would fail if the workflow asked for another activity', async () => {
    const { history } = recorded.find(({ name }) => name.includes('.happy.run-1'))!;
    await expect(replay(code.replaceAll('local.decideTask', 'local.crossBoundary'), history)).rejects.toThrow(
      /[Nn]ondeterminism|TMPRL1100/,
    );
  });

  it('say nothing about a person: ids and codes only', () => {
    for (const { workflow, name } of recorded) {
      const text = readFileSync(join(import.meta.dirname, workflow, 'histories', name), 'utf8');
      const payloads = [...text.matchAll(/"data":\s*"([A-Za-z0-9+/=]+)"/g)].map(([, data]) =>
        Buffer.from(data!, 'base64').toString(),
      );
      expect(payloads.length).toBeGreaterThan(0);
      expect(payloads.filter((payload) => /Pegawai|Ketua|Kepala|contoh\.go\.id|\d{18}|Alasan/.test(payload))).toEqual(
        [],
      );
    }
  });
});
