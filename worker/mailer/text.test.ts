import { expect, it } from 'vitest';
import { fill, oneLine, paragraphs } from './text.ts';

it('fills every place once and leaves what the values say alone', () => {
  expect(fill('{task}: {count} of {count}', { task: '{count}', count: 2 })).toBe('{count}: 2 of 2');
  expect(() => fill('{task} of {person}', { task: 'x' })).toThrow('no value for {person} in a mail');
});

it('takes out line breaks and signs that turn the direction of writing around', () => {
  expect(oneLine('  Siti\r\nBcc: a@b\u202Ec\u0007 ')).toBe('Siti Bcc: a@b c');
  expect(paragraphs('one\r\n\r\n two \rthree\n\u200E')).toEqual(['one', 'two', 'three']);
});
