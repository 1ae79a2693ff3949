import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { INDONESIAN_ZONES } from '#domain/calendar/time-zone.ts';
import { ConfigError, loadConfig, variableNames } from './config.ts';

const projectFolder = resolve(import.meta.dirname, '..');

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://app:secret@db:5432/ekinerja',
  TEMPORAL_ADDRESS: 'temporal:7233',
  SMTP_URL: 'smtp://mail:587',
  PUBLIC_URL: 'https://kinerja.example.go.id/',
  SECRETS_KEY: 'a-long-enough-key-for-secrets-at-rest',
};

describe('loadConfig', () => {
  it('has a local default for everything', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      nodeEnv: 'development',
      port: 3000,
      publicUrl: 'http://localhost:3000',
      agencyTimeZone: 'Asia/Jakarta',
      sessionCookieSecure: false,
      temporalAddress: '127.0.0.1:7233',
      workerServices: ['temporal', 'relay', 'mailer', 'jobs'],
      secondFactorFor: 'none',
      oidc: undefined,
      sweepIntervalSeconds: 60,
      commandWaitMs: 2000,
      pgconnectTimeoutMs: 5000,
      dataDir: join(projectFolder, '.data'),
      evidenceDir: join(projectFolder, '.data', 'evidence'),
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reads the environment into typed values', () => {
    const config = loadConfig({
      PORT: '4000',
      TEMPORAL_TLS: 'true',
      WORKER_SERVICES: 'mailer, relay',
      TRUST_PROXY: '1',
    });
    expect(config).toMatchObject({
      port: 4000,
      publicUrl: 'http://localhost:4000',
      temporalTls: true,
      workerServices: ['mailer', 'relay'],
      trustProxy: 1,
    });
  });

  it('the agency may lie in any zone of Indonesia, and in no other', () => {
    for (const zone of INDONESIAN_ZONES) expect(loadConfig({ AGENCY_TIME_ZONE: zone }).agencyTimeZone).toBe(zone);
    expect(() => loadConfig({ AGENCY_TIME_ZONE: 'UTC' })).toThrow('AGENCY_TIME_ZONE is one of Asia/Jakarta');
  });

  it('takes an empty value as not given', () => {
    expect(loadConfig({ PORT: '', DATA_DIR: ' ' }).port).toBe(3000);
  });

  it('keeps a data folder outside the project', () => {
    expect(loadConfig({ DATA_DIR: '/var/lib/ekinerja' }).evidenceDir).toBe('/var/lib/ekinerja/evidence');
  });

  it('makes the cookie secure when the public address is https, unless told otherwise', () => {
    expect(loadConfig(production)).toMatchObject({
      publicUrl: 'https://kinerja.example.go.id',
      sessionCookieSecure: true,
    });
    expect(loadConfig({ ...production, SESSION_COOKIE_SECURE: 'false' }).sessionCookieSecure).toBe(false);
  });

  it('lists every wrong variable in one error', () => {
    const load = () =>
      loadConfig({ PORT: 'http', DATABASE_URL: 'mysql://x/y', TEMPORAL_ADDRESS: 'temporal', WORKER_SERVICES: 'cook' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(
      /PORT is a whole number[^]*DATABASE_URL is an address[^]*TEMPORAL_ADDRESS is host:port[^]*WORKER_SERVICES is a list/,
    );
  });

  it('does not fall back to local addresses in production', () => {
    expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow(
      /DATABASE_URL must be given[^]*TEMPORAL_ADDRESS must be given[^]*SMTP_URL must be given[^]*PUBLIC_URL must be given/,
    );
  });

  it('takes a small cache of workflows in drills only', () => {
    expect(loadConfig({ NODE_ENV: 'test', MAX_CACHED_WORKFLOWS: '3' }).maxCachedWorkflows).toBe(3);
    expect(() => loadConfig({ MAX_CACHED_WORKFLOWS: '199' })).toThrow('from 200');
  });

  it('S3.3 says who needs a second factor: everybody in production unless told otherwise', () => {
    expect(loadConfig(production).secondFactorFor).toBe('all');
    expect(loadConfig({ ...production, SECOND_FACTOR_FOR: 'agencyAdmin, ppk' }).secondFactorFor).toEqual([
      'agencyAdmin',
      'ppk',
    ]);
    expect(() => loadConfig({ SECOND_FACTOR_FOR: 'cook' })).toThrow(/SECOND_FACTOR_FOR is all, none, or a list/);
  });

  it('S3.3 wants a provider of single sign-on with its client, and takes more than one key', () => {
    expect(() => loadConfig({ OIDC_ISSUER: 'https://sso.test' })).toThrow(/OIDC_CLIENT_ID must be given/);
    expect(loadConfig({ OIDC_ISSUER: 'https://sso.test', OIDC_CLIENT_ID: 'x' }).oidc).toMatchObject({
      issuer: 'https://sso.test',
      clientId: 'x',
      numberClaim: 'nip',
      scope: 'openid profile',
    });
    const [one, two] = ['k'.repeat(32), 'l'.repeat(40)];
    expect(loadConfig({ SECRETS_KEY: `${one},${two}` }).secretsKeys).toEqual([one, two]);
    expect(() => loadConfig({ SECRETS_KEY: 'short' })).toThrow(/SECRETS_KEY has at least 32 characters/);
  });

  it('never repeats a secret in its message', () => {
    const load = () => loadConfig({ DATABASE_URL: 'mysql://app:hunter2@db/x' });
    expect(load).toThrow(/DATABASE_URL/);
    expect(load).not.toThrow(/hunter2/);
  });
});

describe('.env.example', () => {
  it('documents exactly the variables that are read, each with a comment', () => {
    const lines = readFileSync(join(projectFolder, '.env.example'), 'utf8').split('\n');
    const documented = lines.flatMap((line, index) => {
      const name = /^#?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1];
      return name ? [{ name, hasComment: /^# \S/.test(lines[index - 1] ?? '') }] : [];
    });
    expect(documented.map(({ name }) => name)).toEqual(variableNames);
    expect(documented.filter(({ hasComment }) => !hasComment)).toEqual([]);
  });
});
