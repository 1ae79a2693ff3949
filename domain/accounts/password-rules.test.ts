import { describe, expect, it } from 'vitest';
import { passwordProblem, shortestPassword } from './password-rules.ts';

const owner = { number: '198503012010011004', name: 'Siti Rahmawati, S.E.', email: 'siti.rahmawati@contoh.go.id' };

describe('R-PASSWORD-1 a new password', () => {
  it('S3.3 has 15 characters alone and 8 beside a second factor', () => {
    expect([shortestPassword(false), shortestPassword(true)]).toEqual([15, 8]);
    expect(passwordProblem('kapal-biru-42x', false, owner)).toBe('password.tooShort');
    expect(passwordProblem('kapal-biru-laut', false, owner)).toBeNull();
    expect(passwordProblem('kapalbir', true, owner)).toBeNull();
    expect(passwordProblem('x'.repeat(3) + 'kapal biru laut'.repeat(20), false, owner)).toBe('password.tooLong');
  });

  it('S3.3 needs no mixture of characters, spaces and other letters are welcome', () => {
    expect(passwordProblem('empat kuda makan roti', false, owner)).toBeNull();
    expect(passwordProblem('ごはんとおちゃとさかなとやさいとみず', false, owner)).toBeNull();
  });

  it.each([
    'katasandi1234567',
    'Password!!!!!!!!!',
    '123456789012345678',
    'aaaaaaaaaaaaaaaaaa',
    'indonesiaraya2026',
    'qwertyuiopqwertyuiop',
  ])('S3.3 is none that everybody tries: %s', (password) => {
    expect(passwordProblem(password, false, owner)).toBe('password.common');
  });

  it.each(['198503012010011004', 'siti rahmawati se1', 'SitiRahmawati2026', 'nip198503012010011004'])(
    'S3.3 is not made of the own data: %s',
    (password) => {
      expect(passwordProblem(password, false, owner)).toMatch(/personal|common/);
    },
  );
});
