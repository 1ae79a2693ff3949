import { z } from 'zod';
import { issueResetToken } from '#persistence/accounts/password-reset.repository.ts';
import { formatInstant } from '../../dates.ts';
import { defineMail } from '../../define-mail.ts';
import { instant } from '../../mail-fields.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** The link to a new password. Its secret stands after `#`, where no server sees it; it is made now and lies in no table. */
export const passwordReset = defineMail({
  name: 'password-reset',
  data: z.object({ resetId: z.guid(), expiresAt: instant }),
  words: { id, en },
  isAwaited: true,
  facts: async (em, { data }) => ({ token: await issueResetToken(em, data.resetId) }),
  word: ({ data, facts, reader, publicUrl }, words) => {
    const until = formatInstant(data.expiresAt, reader);
    return {
      subject: words.subject,
      preview: `${words.validUntil} ${until}`,
      title: words.title,
      lead: words.lead,
      details: [{ label: words.validUntil, value: until }],
      link: `${publicUrl}/reset-password#${facts.token}`,
    };
  },
});
