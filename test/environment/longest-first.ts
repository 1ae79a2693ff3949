import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes, most of them waiting for a clock of their own: whatever else there is fits beside them. */
const LONGEST = [
  'test/e2e/whole-agency-year',
  'test/faults/drills',
  'test/faults/lying-store',
  'test/faults/rule-set-move',
  'worker/mailer/mailer',
  'workflows/matter/whole-years',
];

/**
 * The order of test files in a fresh clone, where vitest knows no durations yet and would go by size: one that begins
 * last and takes long would keep the others waiting.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((path) => moduleId.includes(path));
      return place < 0 ? LONGEST.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
