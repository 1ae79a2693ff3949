import { z } from 'zod';
import { PREDIKATS } from '#domain/appraisal/predikat.ts';
import { matterDetails, taskLink } from '../../about-matter.ts';
import { formatInstant } from '../../dates.ts';
import { defineMail } from '../../define-mail.ts';
import { instant } from '../../mail-fields.ts';
import { fill } from '../../text.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** The reader's appraisal has its result; until `objectionUntil` they may object to it. */
export const result = defineMail({
  name: 'result',
  data: z.object({ predikat: z.enum(PREDIKATS), objectionUntil: instant.nullish() }),
  words: { id, en },
  word: (mail, words) => {
    const { predikat, objectionUntil } = mail.data;
    const until = objectionUntil ? formatInstant(objectionUntil, mail.reader) : '';
    return {
      subject: words.subject,
      preview: words.preview,
      title: words.title,
      lead: [words.lead],
      details: [
        { label: words.predikat, value: words.predikats[predikat] },
        ...matterDetails(mail),
        { label: words.objectionUntil, value: until },
      ],
      paragraphs: until ? [fill(words.objection, { until })] : [],
      link: taskLink(mail),
    };
  },
});
