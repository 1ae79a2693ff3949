import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, obtain } from './cache.ts';
import { findProgram, installDebianPackages } from './debian.ts';
import { findFreePorts, isListening } from './ports.ts';
import { runProcess, startProcess, waitUntilReady } from './process.ts';

const version = '1.38.0';
const mainClass = 'io.temporal.testserver.TestServer';
const classArchive = 'classes.jsa';
const folderName = `temporal-test-server-${version}`;

/**
 * Temporal's test server that skips time: a year of timers passes in seconds. A Java program from
 * Maven's central repository, started by a small shell script.
 *
 * @returns a path for `TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } })`
 */
export async function timeSkippingServer(): Promise<string> {
  const given = process.env['TEMPORAL_TEST_SERVER'];
  if (given) {
    if (!existsSync(given)) throw new Error(`TEMPORAL_TEST_SERVER is ${given}, but there is no such file.`);
    return given;
  }
  await installWhenMissing();
  const folder = await obtain({
    title: `Temporal test server ${version}`,
    folder: folderName,
    ways: [{ name: 'download by Maven', fill: fetchByMaven }],
    verify: async (filled) => {
      const jar = join(filled, 'lib', `temporal-test-server-${version}.jar`);
      if (!existsSync(jar)) throw new Error('Maven did not bring the server');
    },
    remedy: 'Make sure that Maven reaches its repository, or set TEMPORAL_TEST_SERVER to the path of a test server.',
  });
  // Without the archive (an old Java, a cache that is only readable) the server just starts more slowly.
  if (!existsSync(join(folder, classArchive))) await archiveClasses(folder).catch(() => undefined);
  return join(folder, 'run.sh');
}

/**
 * Java starts three times as fast with an archive of the classes it loads; Temporal's SDK waits only five
 * seconds for the server. The archive holds the path of the classes, so it is made in their final place.
 */
async function archiveClasses(folder: string): Promise<void> {
  const unfinished = join(folder, `${classArchive}.${process.pid}`);
  const { port } = await findFreePorts({ port: 0 });
  const server = await startProcess({
    name: 'temporal-test-server',
    command: 'java',
    args: [`-XX:ArchiveClassesAtExit=${unfinished}`, '-cp', join(folder, 'lib', '*'), mainClass, String(port)],
    logFile: join(folder, 'archive.log'),
  });
  await waitUntilReady(server, () => isListening(port), 60_000);
  await server.stop();
  if (existsSync(unfinished)) renameSync(unfinished, join(folder, classArchive));
}

/** Java runs it; Maven is needed only to fetch it. */
async function installWhenMissing(): Promise<void> {
  const isCached = existsSync(join(cacheFolder(), folderName));
  const missing = [
    ...(findProgram('java') ? [] : ['default-jre-headless']),
    ...(isCached || findProgram('mvn') ? [] : ['maven']),
  ];
  if (missing.length === 0) return;
  const why = 'workflow tests skip time by a Java program; TEMPORAL_TEST_SERVER names another';
  await installDebianPackages(missing, why, join(tmpdir(), 'e-kinerja-apt.log'));
}

async function fetchByMaven(folder: string): Promise<void> {
  const lib = join(folder, 'lib');
  mkdirSync(lib);
  const pom = join(folder, 'pom.xml');
  writeFileSync(
    pom,
    `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>e-kinerja-asn</groupId>
  <artifactId>time-skipping-server</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version></dependency>
  </dependencies>
</project>
`,
  );
  await runProcess({
    name: 'mvn',
    command: 'mvn',
    args: [
      '--batch-mode',
      '--file',
      pom,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${lib}`,
    ],
    logFile: join(folder, 'mvn.log'),
  });
  const script = join(folder, 'run.sh');
  writeFileSync(
    script,
    `#!/bin/sh
folder=$(dirname "$0")
exec java -XX:SharedArchiveFile="$folder/${classArchive}" -cp "$folder/lib/*" ${mainClass} "$@"
`,
  );
  chmodSync(script, 0o755);
}
