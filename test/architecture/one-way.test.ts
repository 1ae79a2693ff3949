import { describe, expect, it } from 'vitest';
import { filesBelow, FOLDERS, read } from './sources.ts';

/** Where work in a transaction is written. */
const TRANSACTION = 'persistence/transaction.ts';

const files = [...FOLDERS, 'scripts'].flatMap(filesBelow);
const withText = (pattern: RegExp): string[] => files.filter((file) => pattern.test(read(file)));

describe('there is one way', () => {
  it('to do work in a transaction', () => {
    expect(withText(/\.transactional\(/)).toEqual([TRANSACTION]);
    expect(withText(/\b(const|function) inTransaction\b/)).toEqual([TRANSACTION]);
  });

  it('to have an entity manager: as it comes, without a cast', () => {
    expect(withText(/\bas EntityManager\b|\bem(\.fork\(\))? as never\b/)).toEqual([]);
  });

  it('to make a list that zod reads: as it is, without a cast', () => {
    expect(withText(/\bas unknown as \[/)).toEqual([]);
  });
});
