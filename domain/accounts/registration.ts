/** How long each part of a registration holds. */
export const REGISTRATION = { proofHours: 24, passwordDays: 3 } as const;

/** Most open claims of one person in the time a proof holds; more are answered alike and do nothing. */
export const MOST_CLAIMS = 3;

/** Most mails in 24 hours to an address that claimants give, whatever numbers they claim. */
export const MOST_PROOF_MAILS = 3;

/**
 * Where a claim stands, for whoever has its receipt. A number that nobody has goes the same way as one whose officer never decides: its
 * address is proved, it waits for approval and expires on the same day. The receipt does not tell which.
 */
export type ClaimState = 'waitingForProof' | 'waitingForApproval' | 'approved' | 'active' | 'rejected' | 'expired';

/** How the row of a claim notes it. */
export type StoredClaimState = 'asked' | 'proved' | 'granted' | 'activated' | 'rejected' | 'expired';

/** The state of a claim at an instant: what was not proved, decided or used in time has expired, at the end that was named and not before. */
export function claimStateAt(stored: StoredClaimState, expiresAt: number, now: number): ClaimState {
  const isOver = now > expiresAt;
  switch (stored) {
    case 'asked':
      return isOver ? 'expired' : 'waitingForProof';
    case 'proved':
    case 'expired':
      return isOver ? 'expired' : 'waitingForApproval';
    case 'granted':
      return isOver ? 'expired' : 'approved';
    case 'activated':
      return 'active';
    case 'rejected':
      return stored;
  }
}

/** An address of a government office: the only ones that may stand in for the address of the roster. */
export const isOfficialAddress = (email: string): boolean => /^[^\s@]+@(?:[a-z0-9-]+\.)+go\.id$/i.test(email.trim());
