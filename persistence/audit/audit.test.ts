import { describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { useAgency } from '#test/environment/use-agency.ts';
import { createCycle } from '#test/factories/agency.ts';
import { activitiesOn, decideIn, stepMatter, take } from '#test/factories/stepped-matter.ts';
import { randomOf, type Random } from '#test/faults/random.ts';
import { AuditEvent } from './audit.entities.ts';
import { AGENCY_CHAIN, appendAuditEvent, firstBrokenLine } from './audit.repository.ts';

const TAMPERINGS = 200;

const { em, orm, agency } = await useAgency();

type Story = { lines: AuditEvent[]; head: { number: number; hash: string } };

/** A cycle with returns, a report, unusual characters in a reason, and ladder steps written by the sweep. */
async function writtenStory(): Promise<Story> {
  const { employee, superior } = agency.people;
  const at = new Date(Date.UTC(2026, 0, 5, 3));
  const matterId = await createCycle(em(), agency, employee, 2026, agency.ruleSetId, at);
  const cycle = await stepMatter(orm, matterId, { at });
  await decideIn(cycle, 'submitSkp', { actorId: employee.id });
  await decideIn(cycle, 'returnSkp', {
    actorId: superior.id,
    args: { reason: 'Belum "terukur" — lihat\n§ 3 \\ 文 🙂 <b>' },
  });
  const { ladderAt } = await em().findOneOrFail(Task, { matterId, state: 'open' });
  await activitiesOn(orm).sweepEscalations({ now: ladderAt.at(-1)!.getTime() });
  await decideIn(cycle, 'submitSkp', { actorId: employee.id, onBehalfOfPositionId: employee.positionId });
  await decideIn(cycle, 'approveSkp', { actorId: superior.id });
  await take(cycle.boundary({ kind: 'periodOpened', periodNo: 1 }));
  await decideIn(cycle, 'submitReport', { actorId: employee.id, periodNo: 1 });
  const row = await em().findOneOrFail(Matter, { id: matterId });
  const lines = await em().find(AuditEvent, { matterId }, { orderBy: { number: 1 } });
  return { lines, head: { number: row.auditNumber, hash: row.auditHash } };
}

const copyOf = (line: AuditEvent): AuditEvent => ({ ...line, data: structuredClone(line.data) }) as AuditEvent;

const somethingElse = (random: Random): Record<string, (line: AuditEvent) => void> => ({
  kind: (line) => (line.kind = `${line.kind}X`),
  at: (line) => (line.at = new Date(line.at.getTime() + 1 + random.below(100_000))),
  actorId: (line) =>
    (line.actorId = line.actorId === agency.people.head.id ? agency.people.colleague.id : agency.people.head.id),
  taskId: (line) => (line.taskId = agency.unitId),
  onBehalfOfPositionId: (line) => (line.onBehalfOfPositionId = agency.people.head.positionId),
  data: (line) => (line.data = { ...line.data, extra: random.below(10) }),
  dataLost: (line) => (line.data = Object.keys(line.data).length ? {} : { was: 'empty' }),
  number: (line) => (line.number += 1),
  hash: (line) => (line.hash = line.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))),
  previousHash: (line) => (line.previousHash = `${line.previousHash}0`),
  chain: (line) => (line.chain = 'cycle:00000000-0000-0000-0000-000000000000'),
});

const TAMPERINGS_BY_KIND = ['change', 'delete', 'insert', 'reorder', 'truncate'] as const;

function tampered({ lines }: Story, random: Random): { lines: AuditEvent[]; what: string; firstAt: number } {
  const kind = random.pick(TAMPERINGS_BY_KIND);
  const index = random.below(lines.length);
  const changed = lines.map(copyOf);
  switch (kind) {
    case 'change': {
      const [field, change] = random.pick(Object.entries(somethingElse(random)));
      change(changed[index]!);
      return { lines: changed, what: `${field} of line ${index + 1} changed`, firstAt: index + 1 };
    }
    case 'delete':
      changed.splice(index, 1);
      return { lines: changed, what: `line ${index + 1} deleted`, firstAt: index + 1 };
    case 'insert': {
      const source = changed[random.below(lines.length)]!;
      changed.splice(index, 0, { ...copyOf(source), number: index + 1 } as AuditEvent);
      return { lines: changed, what: `line inserted at ${index + 1}`, firstAt: index + 1 };
    }
    case 'reorder': {
      const other = (index + 1 + random.below(lines.length - 1)) % lines.length;
      [changed[index], changed[other]] = [changed[other]!, changed[index]!];
      return {
        lines: changed,
        what: `lines ${index + 1} and ${other + 1} exchanged`,
        firstAt: Math.min(index, other) + 1,
      };
    }
    case 'truncate':
      return { lines: changed.slice(0, index), what: `cut off after line ${index}`, firstAt: index + 1 };
  }
}

describe('the chain of a cycle', () => {
  it(`shows each of ${TAMPERINGS} random tamperings, and where the first one is`, async () => {
    const story = await writtenStory();
    const kinds = new Set(story.lines.map((line) => line.kind));
    for (const kind of ['skpReturned', 'reminded', 'escalated']) expect(kinds).toContain(kind);
    expect(firstBrokenLine(story.lines, story.head)).toBeNull();
    const random = randomOf();
    for (let round = 0; round < TAMPERINGS; round += 1) {
      const { lines, what, firstAt } = tampered(story, random);
      const found = firstBrokenLine(lines, story.head);
      // A copy inserted before its own original equals it; then the next line is the first wrong one.
      expect(found, `${what} (seed ${random.seed})`).not.toBeNull();
      expect(found!, `${what} (seed ${random.seed})`).toBeGreaterThanOrEqual(firstAt);
      expect(found!, `${what} (seed ${random.seed})`).toBeLessThanOrEqual(firstAt + 1);
    }
  });

  it('a rewritten story whose hashes are all right is betrayed by the head', async () => {
    const { lines, head } = await storyAgain();
    const other = await em().transactional(async (tx) => {
      for (const line of lines)
        await appendAuditEvent(tx as EntityManager, { ...line, kind: line.number === 3 ? 'forged' : line.kind });
      return tx.find(AuditEvent, { chain: AGENCY_CHAIN }, { orderBy: { number: 1 } });
    });
    expect(firstBrokenLine(other, null)).toBeNull();
    expect(firstBrokenLine(other, head)).toBe(lines.length + 1);
  });
});

async function storyAgain(): Promise<Story> {
  const row = await em().findOneOrFail(Matter, { kind: 'performanceCycle' });
  const lines = await em().find(AuditEvent, { matterId: row.id }, { orderBy: { number: 1 } });
  return { lines, head: { number: row.auditNumber, hash: row.auditHash } };
}

describe("the agency's chain", () => {
  it('has one writer at a time', async () => {
    const before = await em().count(AuditEvent, { chain: AGENCY_CHAIN });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        em().transactional((tx) =>
          appendAuditEvent(tx as EntityManager, {
            kind: 'tested',
            at: new Date(),
            actorId: agency.people.officer.id,
            data: { index },
          }),
        ),
      ),
    );
    const lines = await em().find(AuditEvent, { chain: AGENCY_CHAIN }, { orderBy: { number: 1 } });
    expect(lines).toHaveLength(before + 20);
    expect(firstBrokenLine(lines, null)).toBeNull();
  });
});
