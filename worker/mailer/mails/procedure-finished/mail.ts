import { z } from 'zod';
import { matterDetails, procedureOf } from '../../about-matter.ts';
import { defineMail, type Mail } from '../../define-mail.ts';
import { LABELS } from '../../labels.ts';
import { optionalText } from '../../mail-fields.ts';
import { fill, paragraphs } from '../../text.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** How a procedure ended, for the person concerned and who opened it. */
export const procedureFinished = defineMail({
  name: 'procedure-finished',
  data: z.object({ outcome: z.enum(['granted', 'rejected', 'withdrawn', 'expired']), reason: optionalText }),
  words: { id, en },
  word: (mail, words) => {
    const procedure = procedureOf(mail);
    const outcome = words.outcomes[mail.data.outcome];
    return {
      subject: fill(words.subject, { procedure: procedure ? LABELS[mail.reader.locale].stages[procedure.kind] : '' }),
      preview: outcome,
      title: words.title,
      lead: [fill(words.lead, { outcome })],
      quote: paragraphs(mail.data.reason),
      details: matterDetails(mail),
      link: linkOf(mail),
    };
  },
});

/** Whoever registered cannot sign in yet: they look at the state of their registration. */
function linkOf(mail: Mail<unknown, unknown>): string {
  const procedure = procedureOf(mail);
  if (!procedure) return `${mail.publicUrl}/tasks`;
  if (procedure.kind === 'accountRegistration') return `${mail.publicUrl}/register/status`;
  return `${mail.publicUrl}/procedures/${procedure.id}`;
}
