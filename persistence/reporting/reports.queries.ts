import type { EntityManager } from '@mikro-orm/postgresql';
import type { ReportDocument } from '#domain/reporting/report-document.ts';
import { decision, presentDecided, type Decided } from '../cycles/decided.ts';
import { select, sql } from '../sql.ts';

export type ReportVersionRow = {
  periodNo: number;
  round: number;
  state: 'submitted' | 'returned' | 'accepted';
  content: ReportDocument;
} & Decided;

/** All submission rounds of the reports of a cycle, or of one period, in order. */
export async function readReportVersions(
  em: EntityManager,
  cycleId: string,
  periodNo: number | null = null,
): Promise<ReportVersionRow[]> {
  const found = await select<ReportVersionRow>(
    em,
    sql`select v.period_no as "periodNo", v.round, v.state, v.content, ${decision.columns} from report v ${decision.joins}
        where v.cycle_id = ${cycleId} and (${periodNo}::int is null or v.period_no = ${periodNo}) order by v.period_no, v.round`,
  );
  return found.map(presentDecided);
}
