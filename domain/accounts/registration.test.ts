import { describe, expect, it } from 'vitest';
import { claimStateAt, isOfficialAddress } from './registration.ts';

describe('a registration', () => {
  it.each([
    ['asked', 0, 'waitingForProof'],
    ['asked', 20, 'expired'],
    ['proved', 0, 'waitingForApproval'],
    ['proved', 20, 'expired'],
    ['granted', 0, 'approved'],
    ['granted', 20, 'expired'],
    ['activated', 20, 'active'],
    ['rejected', 0, 'rejected'],
    ['expired', 0, 'waitingForApproval'],
    ['expired', 20, 'expired'],
  ] as const)('S3.2 %s at %i stands at %s', (stored, now, state) => {
    expect(claimStateAt(stored, 10, now)).toBe(state);
  });

  it.each([
    ['siti@biro.contoh.go.id', true],
    ['siti@contoh.go.id', true],
    ['Siti@Contoh.GO.ID', true],
    ['siti@gmail.com', false],
    ['siti@go.id', false],
    ['siti@contoh.go.id.evil.com', false],
    ['siti@@contoh.go.id', false],
    ['a b@contoh.go.id', false],
    ['', false],
  ])('S3.2 %s is an address of an office: %s', (email, expected) => {
    expect(isOfficialAddress(email)).toBe(expected);
  });
});
