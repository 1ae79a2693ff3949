import { join } from 'node:path';
import { loadConfig } from '#config/config.ts';
import { workflowBundle } from '#worker/temporal/workflow-bundle.ts';

/** Bundles the workflow code ahead of the worker's start: `node scripts/bundle-workflows.ts`. */
const { buildId, code } = await workflowBundle(join(loadConfig().dataDir, 'workflow-bundles'));
console.log(`workflow bundle ${buildId}, ${Math.round(code.length / 1024)} KiB`);
