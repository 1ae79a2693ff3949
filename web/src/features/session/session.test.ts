import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { rulesFor } from '#domain/access/rules.ts';
import { api } from '../../api.ts';
import { fakeApi, problem } from '../../testing/app.ts';
import { sampleDetail, sampleMe, id } from '../../testing/sample.ts';
import { abilityOf } from './ability.ts';
import { useSession } from './session.store.ts';

beforeEach(() => setActivePinia(createPinia()));
describe('when the session ends in the middle of work', () => {
  it('the call waits for the sign-in and is made once more', async () => {
    let isSignedIn = false;
    fakeApi({
      'POST /api/session': () => ((isSignedIn = true), { body: sampleMe() }),
      'GET /api/tasks/:id': () => (isSignedIn ? { body: sampleDetail() } : problem(401, 'session.required')),
    });
    const session = useSession();
    session.me = sampleMe();
    const asked = api.inbox.task({ id: id(20) });
    await vi.waitFor(() => expect(session.needsSignIn).toBe(true));
    await session.signIn('198001012005012001', 'rahasia');
    expect((await asked).task.id).toBe(id(20));
    expect(session.needsSignIn).toBe(false);
  });

  it('the call fails when one does not sign in', async () => {
    fakeApi({ 'GET /api/tasks/:id': () => problem(401, 'session.required') });
    const session = useSession();
    session.me = sampleMe();
    const asked = expect(api.inbox.task({ id: id(20) })).rejects.toMatchObject({ code: 'session.required' });
    await vi.waitFor(() => expect(session.needsSignIn).toBe(true));
    session.cancelSignIn();
    await asked;
  });
});

it('nobody signed in is no error', async () => {
  fakeApi({ 'GET /api/session': () => problem(401, 'session.required') });
  const session = useSession();
  await session.load();
  expect([session.isReady, session.me]).toEqual([true, null]);
});

describe('abilities', () => {
  const actor = { employeeId: id(1), positionIds: [id(2)], deskIds: [] };
  it('an employee has nothing to administer', () => {
    const { canBeyondOwn } = abilityOf(rulesFor({ ...actor, unitIdsByRole: {} }));
    for (const kind of ['Employee', 'Campaign', 'Run', 'Mail'] as const) expect(canBeyondOwn('read', kind)).toBe(false);
  });
  it('an agency administrator administers the own units only', () => {
    const { can, canBeyondOwn } = abilityOf(rulesFor({ ...actor, unitIdsByRole: { agencyAdmin: [id(4)] } }));
    expect(canBeyondOwn('read', 'Employee')).toBe(true);
    expect(can('administer', 'Employee', { unitId: id(4) })).toBe(true);
    expect(can('administer', 'Employee', { unitId: id(5) })).toBe(false);
  });
  it('an auditor reads runs and opens no year', () => {
    const { canBeyondOwn } = abilityOf(rulesFor({ ...actor, unitIdsByRole: { auditor: [id(4)] } }));
    expect([canBeyondOwn('read', 'Run'), canBeyondOwn('read', 'Campaign')]).toEqual([true, false]);
  });
});
