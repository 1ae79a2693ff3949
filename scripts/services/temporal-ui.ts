import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Service, startProcess, startService, waitUntilReady } from './process.ts';
import { temporalUiBinary } from './temporal-binaries.ts';

export type TemporalUiOptions = {
  /** host:port of the Temporal server it shows. */
  temporalAddress: string;
  port: number;
  /** Folder for its settings. */
  dir: string;
  logFile: string;
};

/** Starts Temporal's Web UI on 127.0.0.1. */
export async function startTemporalUi({ temporalAddress, port, dir, logFile }: TemporalUiOptions): Promise<Service> {
  const binary = await temporalUiBinary();
  mkdirSync(join(dir, 'config'), { recursive: true });
  const settings = {
    temporalGrpcAddress: temporalAddress,
    host: '127.0.0.1',
    port,
    enableUi: true,
    defaultNamespace: 'default',
    disableNewsFetch: true,
    cors: { cookieInsecure: true },
  };
  // It reads YAML, of which JSON is a part.
  writeFileSync(join(dir, 'config', 'local.yaml'), JSON.stringify(settings, null, 2));

  return startService(async () => {
    const args = ['--root', dir, '--config', 'config', '--env', 'local', 'start'];
    const ui = await startProcess({ name: 'temporal-ui', command: binary, args, logFile });
    const isAnswering = async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
    return waitUntilReady(ui, isAnswering, 60_000);
  });
}
