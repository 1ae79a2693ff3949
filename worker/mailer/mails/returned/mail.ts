import { z } from 'zod';
import { dueDetail, dueText, procedureOf, taskDetails, taskLink, taskName } from '../../about-matter.ts';
import { defineMail } from '../../define-mail.ts';
import { taskFields } from '../../mail-fields.ts';
import { fill, paragraphs } from '../../text.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** What the reader handed in came back to be revised, with the reason. */
export const returned = defineMail({
  name: 'returned',
  data: z.object({ ...taskFields, reason: z.string() }),
  words: { id, en },
  word: (mail, words) => ({
    subject: fill(words.subject, { task: taskName(mail) }),
    preview: fill(words.preview, { due: dueText(mail) }),
    title: words.title,
    lead: [procedureOf(mail) ? words.lead.procedure : words.lead.year],
    quote: paragraphs(mail.data.reason),
    details: [...taskDetails(mail), dueDetail(mail)],
    link: taskLink(mail),
  }),
});
