import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The parts of the worker process; each can run alone (`WORKER_SERVICES=mailer`). */
const workerServiceNames = ['temporal', 'relay', 'mailer', 'jobs'] as const;

/**
 * Where the parts listen when nobody says otherwise. `npm start` prefers these addresses and takes
 * the next free port when one is busy, so `node api/main.ts` by hand finds a stack started that way.
 */
export const localDefaults = {
  apiPort: 3000,
  postgresPort: 55_432,
  temporalPort: 7233,
  temporalUiPort: 8233,
  smtpPort: 1025,
  mailCatcherPort: 1080,
} as const;

const projectFolder = resolve(import.meta.dirname, '..');

/** Variables that have a local default, but must be given when `NODE_ENV` is `production`. */
const requiredInProduction = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'SMTP_URL', 'PUBLIC_URL', 'SECRETS_KEY'] as const;

const flag = z.stringbool({ truthy: ['true', '1', 'yes'], falsy: ['false', '0', 'no'], error: 'is true or false' });

const wholeNumber = (minimum: number, maximum: number) =>
  z.coerce
    .number(`is a whole number from ${minimum} to ${maximum}`)
    .int(`is a whole number from ${minimum} to ${maximum}`)
    .min(minimum, `is a whole number from ${minimum} to ${maximum}`)
    .max(maximum, `is a whole number from ${minimum} to ${maximum}`);

const port = wholeNumber(1, 65_535);

const urlWith = (protocol: RegExp, example: string) => z.url({ protocol, error: `is an address such as ${example}` });

const webUrl = urlWith(/^https?$/, 'https://kinerja.example.go.id').transform((url) => url.replace(/\/+$/, ''));

const workerServices = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  )
  .pipe(
    z
      .array(z.enum(workerServiceNames, `is a list of ${workerServiceNames.join(', ')}`))
      .min(1, `is a list of ${workerServiceNames.join(', ')}`),
  );

const DEVELOPMENT_SECRETS_KEY = 'this key protects nothing: for development only';

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const ROLES = ['personnelOfficer', 'agencyAdmin', 'systemAdmin', 'auditor', 'ppk'] as const;

/** The zones of Indonesia; domain/calendar/time-zone.ts has the same. */
const ZONES = ['Asia/Jakarta', 'Asia/Pontianak', 'Asia/Makassar', 'Asia/Jayapura'] as const;

const factorRule = z
  .string()
  .transform(listOf)
  .pipe(
    z.union(
      [
        z.tuple([z.literal('all')]).transform(() => 'all' as const),
        z.tuple([z.literal('none')]).transform(() => 'none' as const),
        z.array(z.enum(ROLES)).min(1),
      ],
      `is all, none, or a list of ${ROLES.join(', ')}`,
    ),
  );

/** Every variable this program reads. `.env.example` documents the same list (a test compares them). */
const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production'], 'is development, test or production').default('development'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'is a level of pino, such as info')
    .default('info'),
  DATA_DIR: z.string().default('.data'),

  PORT: port.default(localDefaults.apiPort),
  PUBLIC_URL: webUrl.optional(),
  SESSION_COOKIE_SECURE: flag.optional(),
  AGENCY_TIME_ZONE: z.enum(ZONES, `is one of ${ZONES.join(', ')}`).default('Asia/Jakarta'),
  TRUST_PROXY: wholeNumber(0, 10).default(0),
  SESSION_IDLE_MINUTES: wholeNumber(1, 1440).default(30),
  SESSION_MAX_HOURS: wholeNumber(1, 72).default(12),
  SECRETS_KEY: z
    .string()
    .transform(listOf)
    .pipe(z.array(z.string().min(32, 'has at least 32 characters')).min(1))
    .default([DEVELOPMENT_SECRETS_KEY]),
  SECOND_FACTOR_FOR: factorRule.optional(),
  OIDC_ISSUER: webUrl.optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(40, 'has at most 40 characters').default('SSO'),
  OIDC_NUMBER_CLAIM: z.string().default('nip'),
  OIDC_SCOPE: z.string().default('openid profile'),
  METRICS_TOKEN: z.string().min(16, 'has at least 16 characters').optional(),
  COMMAND_WAIT_MS: wholeNumber(0, 60_000).default(2000),

  DATABASE_URL: urlWith(/^postgres(ql)?$/, 'postgresql://user:password@host:5432/ekinerja').default(
    `postgresql://postgres:postgres@127.0.0.1:${localDefaults.postgresPort}/ekinerja`,
  ),
  PGPOOL_MAX: wholeNumber(1, 500).default(10),
  PGCONNECT_TIMEOUT_MS: wholeNumber(100, 60_000).default(5000),

  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/:]+:\d+$/, 'is host:port')
    .default(`127.0.0.1:${localDefaults.temporalPort}`),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_TLS: flag.default(false),
  TEMPORAL_API_KEY: z.string().optional(),
  TEMPORAL_UI_URL: webUrl.optional(),
  WORKER_SERVICES: workerServices.default([...workerServiceNames]),
  MAX_CACHED_WORKFLOWS: wholeNumber(1, 100_000).optional(),
  SWEEP_INTERVAL_SECONDS: wholeNumber(1, 86_400).default(60),

  SMTP_URL: urlWith(/^smtps?$/, 'smtp://user:password@host:587').default(`smtp://127.0.0.1:${localDefaults.smtpPort}`),
  MAIL_FROM: z.string().default('E-Kinerja ASN <no-reply@ekinerja.localhost>'),
  MAIL_CATCHER_URL: webUrl.optional(),

  EVIDENCE_DIR: z.string().optional(),
});

/** The names of all variables, in the order of `.env.example`. */
export const variableNames = Object.keys(environment.shape);

/**
 * Everything the program can be told from outside, checked. Folders are absolute, addresses have
 * no slash at the end, durations say their unit in the name.
 */
export type Config = ReturnType<typeof loadConfig>;

/** All wrong variables at once, one line each, so that nobody repairs them one start at a time. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The configuration is not valid (see .env.example):', ...problems.map((line) => `  - ${line}`)].join('\n'));
    this.problems = problems;
  }
}

/**
 * A run whose local activity is in flight must not be evicted from the cache: the work would be thrown away and wait for a time-out. Only
 * drills want that.
 */
function tooSmallCache({ NODE_ENV, MAX_CACHED_WORKFLOWS }: Record<string, string | undefined>): string[] {
  const isTooSmall = NODE_ENV !== 'test' && Number(MAX_CACHED_WORKFLOWS) < 200;
  return isTooSmall ? ['MAX_CACHED_WORKFLOWS is a whole number from 200 to 100000'] : [];
}

/**
 * Reads and checks the environment.
 *
 * @param env defaults to the process's own; an empty value counts as not given
 * @returns a frozen object; the same input gives an equal object
 * @throws ConfigError that lists every wrong variable
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env) {
  const given = withoutEmptyValues(env);
  const parsed = environment.safeParse(given);
  const problems = [
    ...(parsed.error?.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`) ?? []),
    ...missingInProduction(given),
    ...incompleteOidc(given),
    ...tooSmallCache(given),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError([...new Set(problems)]);

  const values = parsed.data;
  const dataDir = resolve(projectFolder, values.DATA_DIR);
  const publicUrl = values.PUBLIC_URL ?? `http://localhost:${values.PORT}`;
  return Object.freeze({
    nodeEnv: values.NODE_ENV,
    logLevel: values.LOG_LEVEL,
    dataDir,

    port: values.PORT,
    publicUrl,
    agencyTimeZone: values.AGENCY_TIME_ZONE,
    sessionCookieSecure: values.SESSION_COOKIE_SECURE ?? publicUrl.startsWith('https:'),
    trustProxy: values.TRUST_PROXY,
    sessionIdleMinutes: values.SESSION_IDLE_MINUTES,
    sessionMaxHours: values.SESSION_MAX_HOURS,
    secretsKeys: Object.freeze([...values.SECRETS_KEY]),
    secondFactorFor:
      values.SECOND_FACTOR_FOR ?? (values.NODE_ENV === 'production' ? ('all' as const) : ('none' as const)),
    oidc: oidcSettings(values),
    metricsToken: values.METRICS_TOKEN,
    commandWaitMs: values.COMMAND_WAIT_MS,

    databaseUrl: values.DATABASE_URL,
    pgpoolMax: values.PGPOOL_MAX,
    pgconnectTimeoutMs: values.PGCONNECT_TIMEOUT_MS,

    temporalAddress: values.TEMPORAL_ADDRESS,
    temporalNamespace: values.TEMPORAL_NAMESPACE,
    temporalTls: values.TEMPORAL_TLS,
    temporalApiKey: values.TEMPORAL_API_KEY,
    temporalUiUrl: values.TEMPORAL_UI_URL,
    workerServices: Object.freeze([...new Set(values.WORKER_SERVICES)]),
    maxCachedWorkflows: values.MAX_CACHED_WORKFLOWS,
    sweepIntervalSeconds: values.SWEEP_INTERVAL_SECONDS,

    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    mailCatcherUrl: values.MAIL_CATCHER_URL,

    evidenceDir: values.EVIDENCE_DIR ? resolve(projectFolder, values.EVIDENCE_DIR) : join(dataDir, 'evidence'),
  });
}

function withoutEmptyValues(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim())),
  );
}

function missingInProduction(given: Record<string, string>): string[] {
  if (given['NODE_ENV'] !== 'production') return [];
  return requiredInProduction.filter((name) => !given[name]).map((name) => `${name} must be given in production`);
}

/** The provider of the agency's single sign-on, or `undefined` when there is none. */
function oidcSettings(values: z.output<typeof environment>) {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = values;
  if (!issuer || !clientId) return undefined;
  return Object.freeze({
    issuer,
    clientId,
    clientSecret,
    name: values.OIDC_NAME,
    numberClaim: values.OIDC_NUMBER_CLAIM,
    scope: values.OIDC_SCOPE,
  });
}

function incompleteOidc(given: Record<string, string>): string[] {
  const [issuer, client] = [given['OIDC_ISSUER'], given['OIDC_CLIENT_ID']];
  if (Boolean(issuer) === Boolean(client)) return [];
  return [
    `${issuer ? 'OIDC_CLIENT_ID' : 'OIDC_ISSUER'} must be given, because ${issuer ? 'OIDC_ISSUER' : 'OIDC_CLIENT_ID'} is`,
  ];
}
