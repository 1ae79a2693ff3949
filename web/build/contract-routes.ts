import { readFileSync, writeFileSync } from 'node:fs';
import { minifyContractRouter } from '@orpc/contract';
import type { Plugin } from 'vite';

const OUTPUT = new URL('../src/contract-routes.json', import.meta.url);

/** The contract without its schemas: method and path of each procedure, all that the browser's client needs. */
export async function contractRoutes(): Promise<string> {
  const { contract } = await import('../../contracts/contract.ts');
  return `${JSON.stringify(withoutTexts(minifyContractRouter(contract)), null, 1)}\n`;
}

/** Keeps `src/contract-routes.json` equal to the contract, so that zod and the schemas stay out of the bundle. */
export function contractRoutesPlugin(): Plugin {
  return {
    name: 'contract-routes',
    async configResolved() {
      const routes = await contractRoutes();
      if (readFileSync(OUTPUT, { encoding: 'utf8', flag: 'a+' }) !== routes) writeFileSync(OUTPUT, routes);
    },
  };
}

function withoutTexts(router: object): unknown {
  return JSON.parse(
    JSON.stringify(router, (key, value) => (key === 'summary' || key === 'description' ? undefined : value)),
  );
}
