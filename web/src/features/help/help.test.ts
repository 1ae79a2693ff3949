import { describe, expect, it } from 'vitest';
import { routes } from '../../router.ts';
import en from '../../i18n/help/en.json' with { type: 'json' };
import id from '../../i18n/help/id.json' with { type: 'json' };

/** Pages that have their own help so far; the others show whom to ask. */
const titles = new Set(routes.map(({ meta }) => meta?.title?.replace('page.', '')));

describe('help', () => {
  it('S2.4 says in both languages what is asked, why one is blocked and what happens next', () => {
    expect(Object.keys(id.help.page)).toEqual(Object.keys(en.help.page));
    for (const [page, texts] of Object.entries(id.help.page)) {
      expect(titles.has(page), page).toBe(true);
      expect(Object.keys(texts)).toEqual(['asked', 'blocked', 'next']);
    }
  });

  it('S2.4 every page about trainings has it', () => {
    const training = [...titles].filter((title) => title && /^(training|checkIn|certificate)/.test(title));
    expect(training.filter((title) => !(title! in id.help.page))).toEqual([]);
  });
});
