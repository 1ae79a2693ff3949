import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { ApiProblem, toProblem } from '../../problem.ts';
import { useCommand, type AnyReceipt } from './use-command.ts';

const applied: AnyReceipt = { state: 'answered', outcome: { kind: 'applied' } };
const accepted: AnyReceipt = { state: 'accepted', outcome: null };
const refused: AnyReceipt = { state: 'answered', outcome: { kind: 'refused', code: 'process.gate', detail: { n: 3 } } };
const unreachable = new TypeError('Failed to fetch');

let scope = effectScope();
beforeEach(() => {
  scope = effectScope();
  vi.useFakeTimers();
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

/** A command whose deliveries and receipts are answered in turn; an error is thrown. Shows the ids under which each was asked. */
function command({ deliveries, receipts = [] }: { deliveries: unknown[]; receipts?: unknown[] }) {
  const heard: string[] = [];
  const sent: string[] = [];
  const asked: string[] = [];
  const next = (answers: unknown[]): AnyReceipt => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer as AnyReceipt;
  };
  const flow = scope.run(() =>
    useCommand<AnyReceipt>({
      receiptOf: async (id) => (asked.push(id), next(receipts)),
      heard: (what) => heard.push(what),
    }),
  )!;
  const send = () => flow.send(async (id) => (sent.push(id), { body: next(deliveries) }));
  return { flow, send, heard, sent, asked };
}

describe('a command', () => {
  it('that is answered at once is done', async () => {
    const { flow, send, heard, sent } = command({ deliveries: [applied] });
    await send();
    expect(flow.state.value).toBe('applied');
    expect(flow.receipt.value).toEqual(applied);
    expect([flow.isDone.value, flow.isBusy.value]).toEqual([true, false]);
    expect(heard).toEqual(['applied']);
    expect(sent).toHaveLength(1);
  });

  it('that is stored first is asked for under its own id until it is answered, also through a break of the network', async () => {
    const { flow, send, heard, sent, asked } = command({
      deliveries: [accepted],
      receipts: [accepted, unreachable, applied],
    });
    await send();
    expect(flow.state.value).toBe('accepted');
    expect([flow.isDone.value, flow.isBusy.value]).toEqual([true, true]);
    await vi.advanceTimersByTimeAsync(1999);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1 + 3000 + 4500);
    expect(flow.state.value).toBe('applied');
    expect(asked).toEqual([sent[0], sent[0], sent[0]]);
    expect(heard).toEqual(['accepted', 'applied']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(3);
  });

  it('that is stored and refused later opens the form again and says why', async () => {
    const { flow, send, heard } = command({ deliveries: [accepted], receipts: [refused] });
    await send();
    await vi.advanceTimersByTimeAsync(2000);
    expect(flow.state.value).toBe('editing');
    expect(flow.problem.value).toMatchObject({ code: 'process.gate', status: 409, detail: { n: 3 } });
    expect(heard).toEqual(['accepted', 'refused']);
  });

  it.each([
    ['by the engine', refused],
    ['by the API', new ApiProblem('access.notAuthorised', { status: 403, message: '', data: {} })],
  ])('that is refused %s is followed by another with an id of its own', async (_, answer) => {
    const { flow, send, sent } = command({ deliveries: [answer, applied] });
    await send();
    expect(flow.state.value).toBe('editing');
    expect(flow.problem.value).not.toBeNull();
    await send();
    expect(flow.state.value).toBe('applied');
    expect(flow.problem.value).toBeNull();
    expect(sent[1]).not.toBe(sent[0]);
  });

  it('goes out again under the same id when the network is gone and back', async () => {
    const { flow, send, sent, heard } = command({ deliveries: [unreachable, unreachable, applied] });
    await send();
    expect(flow.state.value).toBe('unsent');
    expect(flow.problem.value?.code).toBe(toProblem(unreachable).code);
    expect(heard).toEqual([]);
    await flow.sendAgain();
    expect(flow.state.value).toBe('unsent');
    await flow.sendAgain();
    expect(flow.state.value).toBe('applied');
    expect(sent).toEqual([sent[0], sent[0], sent[0]]);
  });

  it('without an answer takes nothing else under its id: changing the form makes another command', async () => {
    const { flow, send, sent } = command({ deliveries: [unreachable, applied] });
    await send();
    await send();
    expect(sent).toHaveLength(1);
    flow.change();
    await send();
    expect(sent).toHaveLength(2);
    expect(sent[1]).not.toBe(sent[0]);
  });

  it('is sent once however often one presses', async () => {
    const { send, sent } = command({ deliveries: [applied, applied] });
    await Promise.all([send(), send()]);
    await send();
    expect(sent).toHaveLength(1);
  });

  it('is asked for no more when its page is left', async () => {
    const { send, asked } = command({ deliveries: [accepted], receipts: [accepted, accepted] });
    await send();
    await vi.advanceTimersByTimeAsync(2000);
    scope.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
  });
});
