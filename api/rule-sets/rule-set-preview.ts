import type { EntityManager } from '@mikro-orm/postgresql';
import type { RulePreview } from '#contracts/rule-sets.schemas.ts';
import {
  compareCycle,
  comparison,
  moveRefusal,
  type Comparison,
  type CycleDifference,
  type MoveRefusal,
} from '#domain/rule-sets/compare-rules.ts';
import type { RuleSet } from '#domain/rule-sets/rule-set.ts';
import { readCycleFacts, type CycleFactsRow } from '#persistence/rule-sets/rule-set-facts.queries.ts';
import { readRuleSetContents } from '#persistence/rule-sets/rule-sets.queries.ts';
import { readWorkingCalendar } from '#persistence/rule-sets/rule-sets.repository.ts';
import type { Sql } from '#persistence/sql.ts';

const PAGE = 50;

type Compared = { row: CycleFactsRow; difference: CycleDifference; refusal: MoveRefusal | null };
type Figures = Pick<RulePreview, 'cycles' | 'concerned' | 'dates' | 'predikat' | 'followUps'>;

export type PreviewOptions = {
  /** Which cycles, over `cycle c join matter m join unit u`. */
  where: Sql;
  to: RuleSet;
  /** A move also says which cycles it would refuse; those change nothing. */
  isMove: boolean;
  unitId?: string | undefined;
  offset: number;
};

/** What other rules would change for each cycle, by the very functions that carry out a move. */
export async function previewRules(
  em: EntityManager,
  { where, to, isMove, unitId, offset }: PreviewOptions,
): Promise<RulePreview> {
  const rows = await readCycleFacts(em, where);
  const workingCalendar = await readWorkingCalendar(em.fork());
  const known = await readRuleSetContents(em, [...new Set(rows.map(({ ruleSetId }) => ruleSetId))]);
  const comparisons = new Map<string, Comparison>(
    [...known].map(([id, from]) => [id, comparison(from, to, workingCalendar)]),
  );
  const at = Date.now();
  const compared = rows.map((row): Compared => {
    const rules = comparisons.get(row.ruleSetId)!;
    const refusal = isMove ? moveRefusal(row, rules.from, to) : null;
    return { row, refusal, difference: refusal ? NOTHING : compareCycle(row, rules, at) };
  });
  const touched = compared.filter(
    (one) => (!unitId || one.row.unit.id === unitId) && (isConcerned(one) || one.refusal),
  );
  return {
    ...figuresOf(compared),
    byUnit: [...Map.groupBy(compared, ({ row }) => row.unit.id).values()]
      .map((some) => ({ unit: some[0]!.row.unit, ...figuresOf(some) }))
      .filter(({ concerned }) => concerned > 0),
    refusals: [
      ...Map.groupBy(
        compared.filter(({ refusal }) => refusal),
        ({ refusal }) => refusal!,
      ),
    ].map(([code, some]) => ({ code, cycles: some.length })),
    people: touched.slice(offset, offset + PAGE).map(presentPerson),
    nextOffset: touched.length > offset + PAGE ? offset + PAGE : null,
  };
}

const NOTHING: CycleDifference = { dates: [], predikat: null, followUp: null };

const isConcerned = ({ difference: { dates, predikat, followUp } }: Compared): boolean =>
  dates.length > 0 || predikat !== null || followUp !== null;

function figuresOf(compared: readonly Compared[]): Figures {
  return {
    cycles: compared.length,
    concerned: compared.filter(isConcerned).length,
    dates: compared.reduce((sum, { difference }) => sum + difference.dates.length, 0),
    predikat: compared.filter(({ difference }) => difference.predikat).length,
    followUps: compared.filter(({ difference }) => difference.followUp).length,
  };
}

function presentPerson({ row, difference, refusal }: Compared): RulePreview['people'][number] {
  const { cycleId, employee, unit, year, zone, stage } = row;
  const dates = difference.dates.map((date) => ({
    ...date,
    from: new Date(date.from).toISOString(),
    to: new Date(date.to).toISOString(),
  }));
  return {
    cycleId,
    employee,
    unit,
    year,
    timeZone: zone,
    stage: stage as RulePreview['people'][number]['stage'],
    refusal,
    dates,
    predikat: difference.predikat,
    followUp: difference.followUp,
  };
}
