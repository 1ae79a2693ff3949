/**
 * `npm run bench [-- work …] [--quick] [--workers=2] [--profile=folder]`: measures the works named, or all, on services of its own; a line of JSON per figure.
 * `npm run bench -- compare --base=commit [work …] [--repetitions=3] [--quick]`: two builds in turn. See README.md.
 */
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    workers: { type: 'string', default: '1' },
    profile: { type: 'string' },
    base: { type: 'string' },
    repetitions: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '20' },
  },
});

// Each is loaded when it is asked for: what another build of the product does not know is then not missed there.
if (positionals[0] === 'compare') {
  const { compareBuilds } = await import('./compare/compare.ts');
  process.exitCode = await compareBuilds({
    base: values.base ?? '',
    works: positionals.slice(1),
    repetitions: Number(values.repetitions),
    minutes: Number(values.minutes),
    isQuick: values.quick,
  });
} else {
  const { runWorks } = await import('./run.ts');
  process.exitCode = await runWorks({
    works: positionals,
    workers: Number(values.workers),
    isQuick: values.quick,
    profileFolder: values.profile ?? null,
  });
}
