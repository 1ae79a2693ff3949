import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contractRoutes } from '../build/contract-routes.ts';

it('the routes the browser knows are those of the contract (repair: build the web app)', async () => {
  expect(readFileSync(join(import.meta.dirname, 'contract-routes.json'), 'utf8')).toBe(await contractRoutes());
});
