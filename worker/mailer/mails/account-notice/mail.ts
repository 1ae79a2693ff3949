import { z } from 'zod';
import { ACCOUNT_NOTICES } from '#domain/notifications/account-notices.ts';
import { formatInstant } from '../../dates.ts';
import { defineMail } from '../../define-mail.ts';
import { instant } from '../../mail-fields.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** What happened to the reader's own account. */
export const accountNotice = defineMail({
  name: 'account-notice',
  data: z.object({ notice: z.enum(ACCOUNT_NOTICES), at: instant, device: z.string().default('') }),
  words: { id, en },
  word: ({ data, reader, publicUrl }, words) => {
    const { title, lead } = words.notices[data.notice];
    return {
      subject: title,
      preview: words.preview,
      title,
      lead,
      details: [
        { label: words.time, value: formatInstant(data.at, reader) },
        { label: words.device, value: data.device },
      ],
      link: `${publicUrl}/profile/security`,
    };
  },
});
