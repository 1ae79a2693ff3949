/** Figures of one run: the lines that a work printed. */
export type Line = { work: string } & Record<string, unknown>;

/** The lines of the repetitions of one build. */
export type Runs = readonly (readonly Line[])[];

/** One figure of a line of a work: the medians of both builds, and the lowest and highest ratio within a pair of neighbouring runs. */
export type Row = { work: string; figure: string; base: number; now: number; lowest: number; highest: number };

/** What says how the work was done, not how it went. */
const PARAMETERS = new Set(['n', 'clients', 'cycles', 'cached']);

/** Rows for all figures that both builds have, in the order of the lines. */
export function rowsOf(base: Runs, now: Runs): Row[] {
  const pairs = base.flatMap((lines, index) =>
    now[index] ? [[figuresOf(lines), figuresOf(now[index])] as const] : [],
  );
  const keys = new Set(pairs.flatMap(([before, after]) => [...before.keys()].filter((key) => after.has(key))));
  return [...keys].map((key) => {
    const both = pairs.filter(([before, after]) => before.has(key) && after.has(key));
    const before = both.map(([values]) => values.get(key)!);
    const after = both.map(([, values]) => values.get(key)!);
    const ratios = before.map((value, index) => ratioOf(value, after[index]!));
    const [work, figure] = key.split('\n') as [string, string];
    const spread = { lowest: Math.min(...ratios), highest: Math.max(...ratios) };
    return { work, figure, base: median(before), now: median(after), ...spread };
  });
}

/** The rows as a table of Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ work, figure, base, now, lowest, highest }) => [
    work,
    figure,
    String(base),
    String(now),
    shown(ratioOf(base, now)),
    `${shown(lowest)}–${shown(highest)}`,
  ]);
  const head = ['work', 'figure', 'base', 'now', 'now : base', 'in pairs'];
  return [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** Nothing against nothing is the same. */
const ratioOf = (base: number, now: number): number => (base === now ? 1 : now / base);

const shown = (ratio: number): string => (Number.isFinite(ratio) ? ratio.toFixed(2) : '∞');

/** `work\nfigure` → number; what lies in an object gets its path, such as `cpuMs.worker1`. */
function figuresOf(lines: readonly Line[]): Map<string, number> {
  const measured = lines.filter(({ work }) => work && work !== 'warm up');
  return new Map(
    measured.flatMap(({ work, ...figures }) =>
      numbersIn(figures).map(([name, value]) => [`${work}\n${name}`, value] as const),
    ),
  );
}

function numbersIn(figures: object): [string, number][] {
  return Object.entries(figures).flatMap(([name, value]): [string, number][] => {
    if (PARAMETERS.has(name)) return [];
    if (typeof value === 'number') return [[name, value]];
    return value && typeof value === 'object'
      ? numbersIn(value).map(([inner, number]) => [`${name}.${inner}`, number])
      : [];
  });
}
