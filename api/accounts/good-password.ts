import { passwordProblem, shortestPassword, type PasswordOwner } from '#domain/accounts/password-rules.ts';
import { Problem } from '../http/problem.ts';

/** Refuses a password that is too short, common or made of its owner's data. */
export function requireGoodPassword(password: string, hasSecondFactor: boolean, owner: PasswordOwner): void {
  const code = passwordProblem(password, hasSecondFactor, owner);
  if (code) throw new Problem(code, { shortest: shortestPassword(hasSecondFactor) });
}
