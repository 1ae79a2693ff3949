import { z } from 'zod';
import { issueRegistrationToken } from '#persistence/accounts/registrations.repository.ts';
import { formatInstant } from '../../dates.ts';
import { defineMail } from '../../define-mail.ts';
import { instant } from '../../mail-fields.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** The link by which somebody proves that an address is theirs. It names nobody but the reader, who may be unknown. Its secret is made now and lies in no table. */
export const registrationProof = defineMail({
  name: 'registration-proof',
  data: z.object({ claimId: z.guid(), expiresAt: instant }),
  words: { id, en },
  isAwaited: true,
  facts: async (em, { data }) => ({ token: await issueRegistrationToken(em, data.claimId, 'proof') }),
  word: (mail, words) => ({
    subject: words.subject,
    preview: words.preview,
    title: words.title,
    lead: words.lead,
    details: [{ label: words.validUntil, value: formatInstant(mail.data.expiresAt, mail.reader) }],
    link: `${mail.publicUrl}/register/proof#${mail.facts.token}`,
  }),
});
