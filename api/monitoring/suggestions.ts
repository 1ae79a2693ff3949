import type { EntityManager } from '@mikro-orm/postgresql';
import type { z } from 'zod';
import type { Suggestion as SuggestionSchema } from '#contracts/inbox.contract.ts';
import { suggestEvaluation, type YearMaterial } from '#domain/monitoring/evaluation.ts';
import { latenessOf } from '#domain/reporting/lateness.ts';
import { achievementsOf } from '#domain/reporting/report.ts';
import { reportOfDocument } from '#domain/reporting/report-document.ts';
import { skpOfDocument } from '#domain/skp/skp-document.ts';
import { readAppraisal } from '#persistence/appraisal/appraisal.queries.ts';
import { readPeriods } from '#persistence/cycles/cycle-views.queries.ts';
import { readReportVersions, type ReportVersionRow } from '#persistence/reporting/reports.queries.ts';
import { readSkpVersions, type SkpVersionRow } from '#persistence/skp/skp.queries.ts';
import { listEvidence } from '#persistence/reporting/evidence.repository.ts';

type Suggestion = z.infer<typeof SuggestionSchema>;

/** What the year's material suggests to the evaluator; only facts that the system has are used. */
export async function suggestionsFor(em: EntityManager, cycleId: string): Promise<Suggestion[]> {
  const suggestions = suggestEvaluation(await readMaterial(em, cycleId));
  return suggestions.map(({ kind, code, detail }) => ({ kind, code, params: withoutNulls(detail) }));
}

async function readMaterial(em: EntityManager, cycleId: string): Promise<YearMaterial> {
  const skps = await readSkpVersions(em, cycleId);
  const reports = await readReportVersions(em, cycleId);
  const evidence = await listEvidence(em, cycleId);
  const periods = await readPeriods(em, cycleId);
  const result = (await readAppraisal(em, cycleId))?.results.at(-1);
  const now = Date.now();
  return {
    reports: periods
      .filter(({ opensAt }) => Date.parse(opensAt) <= now)
      .map((period) => {
        const own = reports.filter(({ periodNo }) => periodNo === period.number);
        const first = own[0] ? Date.parse(own[0].submittedAt) : null;
        return {
          lateness: latenessOf(first, { dueAt: Date.parse(period.dueAt), extendedTo: null, isExcused: false }, now)
            .state,
          returns: own.filter(({ state }) => state === 'returned').length,
          evidenceCount: evidence.filter(({ periodNo }) => periodNo === period.number).length,
        };
      }),
    skpReturns: skps.filter(({ state }) => state === 'returned').length,
    achievements: lastAchievements(skps, reports),
    ratings: result
      ? ({ hasilKerja: result.hasilKerja, perilakuKerja: result.perilaku } as YearMaterial['ratings'])
      : null,
    previousPredikat: null,
    feedback: [],
    dailyLog: null,
    trainingJpMissing: 0,
  };
}

/** Achievement by the last report that was handed in, against the SKP in force. */
function lastAchievements(
  skps: readonly SkpVersionRow[],
  reports: readonly ReportVersionRow[],
): YearMaterial['achievements'] {
  const skp = skps.findLast(({ state }) => state === 'established');
  const report = reports.at(-1);
  return skp && report ? achievementsOf(reportOfDocument(report.content), skpOfDocument(skp.content)) : [];
}

const withoutNulls = (detail: object): Suggestion['params'] =>
  Object.fromEntries(
    Object.entries(detail).filter(
      (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );
