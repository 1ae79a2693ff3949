import { computed, type ComputedRef } from 'vue';
import { reportOfDocument } from '#domain/reporting/report-document.ts';
import { achievementsOf } from '#domain/reporting/report.ts';
import { skpOfDocument } from '#domain/skp/skp-document.ts';
import { useFormat } from '../../../ui/format.ts';
import type { ReportContent, SkpContent } from '../../../types.ts';

/** Achievement by indicator, written as people read it: `95,5%`. An indicator without figures has none. */
export function useAchievements(
  report: () => ReportContent | null,
  skp: () => SkpContent | null,
): ComputedRef<ReadonlyMap<string, string>> {
  const format = useFormat();
  return computed(() => {
    const [done, planned] = [report(), skp()];
    const lines = done && planned ? achievementsOf(reportOfDocument(done), skpOfDocument(planned)) : [];
    return new Map(
      lines.flatMap(({ indikatorId, percent }) =>
        percent === null ? [] : [[indikatorId, `${format.number(Math.round(percent * 10) / 10)}%`] as const],
      ),
    );
  });
}
