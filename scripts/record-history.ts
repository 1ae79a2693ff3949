import { loadConfig } from '#config/config.ts';
import { wholeHistory, writeHistories } from '#test/factories/histories.ts';
import { lazyClient } from '#worker/temporal/connection.ts';

/**
 * Records the history of a workflow, all its runs, for the replay test:
 * `node scripts/record-history.ts <workflow folder> <workflow id> <release>.<scenario>`.
 * Histories hold ids and codes only, so they can be committed.
 */
const [workflow, workflowId, name] = process.argv.slice(2);
if (!workflow || !workflowId || !name)
  throw new Error('usage: node scripts/record-history.ts <workflow folder> <workflow id> <release>.<scenario>');
const client = lazyClient(loadConfig());
for (const file of writeHistories(workflow, name, await wholeHistory(client, workflowId))) console.log(file);
await client.connection.close();
