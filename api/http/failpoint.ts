/**
 * Kills this process at a named place, so that tests can prove that nothing a person did is lost there.
 * Only with NODE_ENV=test and FAILPOINT set to the name.
 */
export function failpoint(
  name: 'after-ledger' | 'before-response' | 'before-upload-receipt' | 'after-upload-receipt',
): void {
  if (process.env['NODE_ENV'] === 'test' && process.env['FAILPOINT'] === name) process.kill(process.pid, 'SIGKILL');
}
