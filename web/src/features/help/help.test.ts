import { describe, expect, it } from 'vitest';
import { routes } from '../../router.ts';
import en from './texts.en.json' with { type: 'json' };
import id from './texts.id.json' with { type: 'json' };

const titles = [
  ...new Set(routes.map(({ meta }) => meta?.title?.replace('page.', '')).filter((title) => title !== undefined)),
];

describe('help', () => {
  it.each(titles)('S2.4 %s says in both languages what is asked, why one is blocked and what happens next', (title) => {
    for (const texts of [id.help.page, en.help.page] as Record<string, object>[])
      expect(Object.keys(texts[title] ?? {})).toEqual(['asked', 'blocked', 'next']);
  });

  it('S2.4 there is no help for pages that are gone', () => {
    for (const texts of [id.help.page, en.help.page])
      expect(Object.keys(texts).filter((title) => !titles.includes(title))).toEqual([]);
  });
});
