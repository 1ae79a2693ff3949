import { handOver } from './handover.mjs';

const usage = `Runs the tests.

  npm test                        all of them, after the type checks and lint
  npm test -- domain              only the test files whose path has that word
  npm test -- -t "late"           only the tests whose name has that word

Everything after -- goes to vitest.
`;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) console.log(usage);
else handOver('scripts/test.ts', args);
