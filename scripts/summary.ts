import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const demoAccounts = z.array(z.object({ role: z.string(), name: z.string(), nip: z.string(), password: z.string() }));
export type DemoAccount = z.infer<typeof demoAccounts>[number];

/** What the seed wrote; nothing when it wrote nothing. */
export function readDemoAccounts(file: string): DemoAccount[] {
  return existsSync(file) ? demoAccounts.parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
}

/** Hides the password of an address that is not ours to show. */
export function withoutPassword(address: string): string {
  const url = new URL(address);
  if (url.password) url.password = '***';
  return url.href;
}

/** Rows as lines with aligned columns. */
function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (found, row) => row.map((cell, at) => Math.max(found[at] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('   ')
      .trimEnd(),
  );
}

/**
 * The one table shown when everything runs.
 *
 * @param places pairs of what and where
 */
export function formatSummary(
  places: readonly (readonly [string, string])[],
  accounts: readonly DemoAccount[],
): string {
  const lines = ['', 'E-Kinerja ASN is ready.', '', ...alignColumns(places).map((line) => `  ${line}`)];
  if (accounts.length > 0) {
    const rows = accounts.map(({ role, name, nip, password }) => [role, name, nip, password]);
    lines.push(
      '',
      '  Demo accounts',
      ...alignColumns([['Role', 'Name', 'NIP', 'Password'], ...rows]).map((line) => `  ${line}`),
    );
  }
  return [...lines, '', 'Stop with Ctrl-C; what is stored stays.', ''].join('\n');
}
