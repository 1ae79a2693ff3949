import { z } from 'zod';
import { dueDetail, dueText, taskDetails, taskLine, taskLink, taskName, watcherLink } from '../../about-matter.ts';
import { defineMail } from '../../define-mail.ts';
import { taskFields } from '../../mail-fields.ts';
import { fill } from '../../text.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** A task was not done in time: told to who is late (`assignee`) and to those who watch over it. */
export const escalation = defineMail({
  name: 'escalation',
  data: z.object({
    ...taskFields,
    /** Why the reader hears of it. */
    role: z.enum(['assignee', 'superior', 'superiorOfSuperior', 'personnelOfficer']),
  }),
  words: { id, en },
  word: (mail, words) => {
    const { role } = mail.data;
    const isLate = role === 'assignee';
    const say = isLate ? words.assignee : words.watcher;
    return {
      subject: fill(say.subject, { task: taskName(mail) }),
      preview: fill(words.preview, { due: dueText(mail) }),
      title: say.title,
      lead: [say.lead],
      details: [
        ...taskDetails(mail, { isLate }),
        dueDetail(mail),
        { label: words.escalatedTo, value: isLate ? '' : words.roles[role] },
      ],
      link: isLate ? taskLink(mail) : watcherLink(mail),
    };
  },
  digest: {
    head: (count, { digest }) => ({
      subject: fill(digest.subject, { count }),
      preview: fill(digest.preview, { count }),
      title: fill(digest.title, { count }),
      lead: [fill(digest.lead, { count })],
    }),
    line: (mail) => {
      const isLate = mail.data.role === 'assignee';
      return taskLine(mail, { link: isLate ? taskLink(mail) : watcherLink(mail), isLate });
    },
  },
});
