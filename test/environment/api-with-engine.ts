import { pino } from 'pino';
import { afterAll } from 'vitest';
import { useApi, type TestApi } from '#api/testing/test-api.ts';
import { createTwoUnits, type TwoUnits } from '#api/testing/two-units.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { startRelay } from '#worker/relay/relay.ts';
import { deliverCommand } from '#workflows/commands.client.ts';
import type { TestEngine } from './engine.ts';
import { useEngine } from './use-agency.ts';

export type ApiWithEngine = {
  api: TestApi;
  agency: TwoUnits;
  engine: TestEngine;
  /** What the workers use. */
  engineOrm: Orm;
  /** Runs when it was started. */
  relay: { start(): void; stop(): Promise<void> };
};

/**
 * For the top of a test file: the API and the real workers on one database with two units, and the relay between them.
 * What the API does not hand over itself goes through the ledger. With `startsProcedures` it starts procedures at once;
 * otherwise it never reaches the engine.
 */
export async function useApiWithEngine({ startsProcedures = false } = {}): Promise<ApiWithEngine> {
  const api = await useApi({
    engine: startsProcedures
      ? {
          async deliver(command) {
            if (command.form !== 'start') return 'pending';
            const delivery = await deliverCommand(engine.client, command, 20_000);
            return delivery.kind === 'answered' ? delivery.reply : 'pending';
          },
        }
      : {},
  });
  const agency = await createTwoUnits(api.em());
  const engineOrm = await openOrm(api.databaseUrl);
  afterAll(() => engineOrm.close());
  const engine: TestEngine = await useEngine(engineOrm);
  let running: { stop(): Promise<void> } | undefined;
  const relay = {
    start() {
      running = startRelay({ orm: api.orm, client: engine.client, log: pino({ level: 'silent' }), pollMs: 50 });
    },
    stop: async () => running?.stop(),
  };
  afterAll(() => relay.stop());
  return { api, agency, engine, engineOrm, relay };
}
