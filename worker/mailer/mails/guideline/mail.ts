import { z } from 'zod';
import { GUIDELINE_MAIL_STEPS } from '#domain/notifications/mail.ts';
import { readGuidelineFacts, readLateReaders } from '#persistence/notifications/mail-facts.queries.ts';
import { formatInstant } from '../../dates.ts';
import { defineMail } from '../../define-mail.ts';
import { instant } from '../../mail-fields.ts';
import { fill, oneLine } from '../../text.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** Most people that a mail to their superior names. */
const MOST_NAMES = 100;

/** A guideline that the reader is to read; or, to a superior, who of their people has not. */
export const guideline = defineMail({
  name: 'guideline',
  data: z.object({ step: z.enum(GUIDELINE_MAIL_STEPS), versionId: z.guid(), guidelineId: z.guid(), dueAt: instant }),
  words: { id, en },
  facts: (em, { row, data: { step, versionId, dueAt }, today }) => {
    const readerId = row.recipientId;
    if (readerId === null) return Promise.resolve(null);
    return step === 'superior'
      ? readLateReaders(em, { versionId, superiorId: readerId, dueAt, today })
      : readGuidelineFacts(em, { versionId, readerId });
  },
  drop: ({ facts }) => (facts.isToRead ? null : 'the guideline was read or is no longer in force'),
  word: ({ data, facts, reader, publicUrl }, words) => {
    const notice = words.notices[data.step];
    const due = formatInstant(data.dueAt, reader);
    const names = facts.unread.slice(0, MOST_NAMES);
    const others = facts.unread.length - names.length;
    const number = [oneLine(facts.number), facts.year].filter(Boolean).join('/');
    return {
      subject: fill(notice.subject, { title: facts.title }),
      preview: due,
      title: notice.title,
      lead: [fill(notice.lead, { number: facts.unread.length })],
      details: [
        { label: words.details.guideline, value: facts.title },
        { label: words.details.number, value: `${words.kinds[facts.kind]} ${number}` },
        { label: words.details.issuer, value: facts.issuer },
        { label: words.details.version, value: String(facts.version) },
        { label: words.details.due, value: due },
      ],
      paragraphs: others > 0 ? [...names, fill(words.andOthers, { number: others })] : names,
      link: `${publicUrl}/guidelines/${data.guidelineId}`,
    };
  },
});
