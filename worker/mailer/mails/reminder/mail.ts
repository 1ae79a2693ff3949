import { z } from 'zod';
import { dueDetail, dueText, taskDetails, taskLine, taskLink, taskName } from '../../about-matter.ts';
import { defineMail } from '../../define-mail.ts';
import { taskFields } from '../../mail-fields.ts';
import { fill } from '../../text.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** A task of the reader is due soon or overdue. A later reminder says the same again, so a lost one is not repeated. */
export const reminder = defineMail({
  name: 'reminder',
  data: z.object({ ...taskFields, offsetWorkingDays: z.number().int() }),
  words: { id, en },
  mustArrive: false,
  drop: ({ row }) => (row.taskState === null || row.taskState === 'open' ? null : 'the task is no longer open'),
  word: (mail, words) => {
    const timing = timingText(mail.data.offsetWorkingDays, words.timing);
    return {
      subject: fill(words.subject, { task: taskName(mail) }),
      preview: `${timing} – ${dueText(mail)}`,
      title: words.title,
      lead: [words.lead],
      details: [...taskDetails(mail), dueDetail(mail), { label: words.note, value: timing }],
      link: taskLink(mail),
    };
  },
  digest: {
    head: (count, { digest }) => ({
      subject: fill(digest.subject, { count }),
      preview: fill(digest.preview, { count }),
      title: fill(digest.subject, { count }),
      lead: [fill(digest.lead, { count })],
    }),
    line: (mail, words) =>
      taskLine(mail, { link: taskLink(mail), timing: timingText(mail.data.offsetWorkingDays, words.timing) }),
  },
});

function timingText(offsetWorkingDays: number, words: (typeof id)['timing']): string {
  const days = Math.abs(offsetWorkingDays);
  if (days === 0) return words.now;
  if (offsetWorkingDays < 0) return days === 1 ? words.beforeOne : fill(words.before, { days });
  return days === 1 ? words.afterOne : fill(words.after, { days });
}
