import { z } from 'zod';
import { findPositionTitle } from '#persistence/notifications/mail-facts.queries.ts';
import { dueDetail, dueText, taskDetails, taskLink, taskName, watcherLink } from '../../about-matter.ts';
import { defineMail } from '../../define-mail.ts';
import { taskFields } from '../../mail-fields.ts';
import { fill } from '../../text.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** A task has gone from one official to another: told to the new one, and to the old one. */
export const reassigned = defineMail({
  name: 'reassigned',
  data: z.object({ ...taskFields, role: z.enum(['new', 'old']), fromPositionId: z.guid().nullish().catch(null) }),
  words: { id, en },
  facts: async (em, { data: { fromPositionId } }) => ({
    fromPosition: fromPositionId ? await findPositionTitle(em, fromPositionId) : null,
  }),
  word: (mail, words) => {
    const say = words[mail.data.role];
    return {
      subject: fill(say.subject, { task: taskName(mail) }),
      preview: fill(words.preview, { due: dueText(mail) }),
      title: say.title,
      lead: [say.lead],
      details: [
        ...taskDetails(mail),
        { label: words.fromPosition, value: mail.facts.fromPosition ?? '' },
        dueDetail(mail),
      ],
      link: mail.data.role === 'new' ? taskLink(mail) : watcherLink(mail),
    };
  },
});
