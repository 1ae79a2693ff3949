import { z } from 'zod';
import { issueRegistrationToken } from '#persistence/accounts/registrations.repository.ts';
import { matterDetails } from '../../about-matter.ts';
import { formatInstant } from '../../dates.ts';
import { defineMail } from '../../define-mail.ts';
import { instant } from '../../mail-fields.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** The link to the first password of a registration that was approved. Its secret is made now and lies in no table. */
export const registrationGranted = defineMail({
  name: 'registration-granted',
  data: z.object({ claimId: z.guid(), expiresAt: instant }),
  words: { id, en },
  isAwaited: true,
  facts: async (em, { data }) => ({ token: await issueRegistrationToken(em, data.claimId, 'password') }),
  word: (mail, words) => ({
    subject: words.subject,
    preview: words.preview,
    title: words.title,
    lead: [words.lead],
    details: [
      ...matterDetails(mail),
      { label: words.validUntil, value: formatInstant(mail.data.expiresAt, mail.reader) },
    ],
    link: `${mail.publicUrl}/register/password#${mail.facts.token}`,
  }),
});
