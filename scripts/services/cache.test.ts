import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder, obtain, type Wanted, type Way } from './cache.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'cache-test-'));
  vi.stubEnv('EKINERJA_CACHE', cache);
  vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(cache, { recursive: true, force: true });
});

const working: Way = { name: 'copy', fill: async (folder) => writeFileSync(join(folder, 'tool'), '1.2') };
const failing: Way = { name: 'download', fill: () => Promise.reject(new Error('no network')) };
const wanted = (...ways: Way[]): Wanted => ({
  title: 'Tool 1.2',
  folder: 'tool-1.2',
  ways,
  verify: async (folder) => {
    if (!existsSync(join(folder, 'tool'))) throw new Error('the tool is not in it');
  },
  remedy: 'Install the tool.',
});

describe('obtain', () => {
  it('goes on to the next way when one fails', async () => {
    const folder = await obtain(wanted(failing, working));
    expect(readdirSync(folder)).toEqual(['tool']);
  });

  it('does nothing when the cache has it', async () => {
    await obtain(wanted(working));
    expect(await obtain(wanted(failing))).toBe(join(cache, 'tool-1.2'));
  });

  it('does not keep what fails the check', async () => {
    await expect(obtain(wanted({ name: 'empty', fill: async () => {} }))).rejects.toThrow('the tool is not in it');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('says at once when the cache cannot be written', async () => {
    writeFileSync(join(cache, 'file'), '');
    vi.stubEnv('EKINERJA_CACHE', join(cache, 'file', 'folder'));
    await expect(obtain(wanted(working))).rejects.toThrow(/cannot be written\. Set EKINERJA_CACHE/);
  });

  it('names every way, its failure and the remedy', async () => {
    await expect(obtain(wanted(failing))).rejects.toThrow(
      /Tool 1\.2 could not be obtained\.\n.*cache: nothing in .*\n.*download: no network\nInstall the tool\./,
    );
  });
});

describe('cacheFolder', () => {
  it('is shared by all clones of a user', () => {
    expect(cacheFolder({ EKINERJA_CACHE: '/a' })).toBe('/a');
    expect(cacheFolder({ XDG_CACHE_HOME: '/b' })).toBe('/b/e-kinerja-asn');
    expect(cacheFolder({})).toMatch(/\.cache\/e-kinerja-asn$/);
  });
});
