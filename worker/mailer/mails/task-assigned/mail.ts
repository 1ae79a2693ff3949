import { z } from 'zod';
import { dueDetail, dueText, taskDetails, taskLink, taskName } from '../../about-matter.ts';
import { defineMail } from '../../define-mail.ts';
import { taskFields } from '../../mail-fields.ts';
import { fill } from '../../text.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** A task was opened for the reader. */
export const taskAssigned = defineMail({
  name: 'task-assigned',
  data: z.object({ ...taskFields, round: z.number().int().default(1) }),
  words: { id, en },
  word: (mail, words) => ({
    subject: fill(words.subject, { task: taskName(mail) }),
    preview: fill(words.preview, { due: dueText(mail) }),
    title: words.title,
    lead: [words.lead],
    details: [
      ...taskDetails(mail),
      { label: words.round, value: mail.data.round > 1 ? String(mail.data.round) : '' },
      dueDetail(mail),
    ],
    link: taskLink(mail),
  }),
});
