import type { EntityManager } from '@mikro-orm/postgresql';
import type { z } from 'zod';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { MailTemplate } from '#domain/notifications/mail.ts';
import type { MailRow } from '#persistence/notifications/mail-rows.queries.ts';
import type { Recipient } from '#persistence/notifications/outbox.repository.ts';
import type { Address } from './addresses.ts';
import type { CalendarFile } from './calendar-file.ts';
import type { Locale } from './dates.ts';

/** A row of the table in a mail; it is left out when it has no value. */
export type Detail = { label: string; value: string };

/** What a mail says, from top to bottom. The layout cleans and escapes all of it. */
export type MailText = {
  /** Has no person's name in it. */
  subject: string;
  /** What lists of mails show beside the subject. */
  preview: string;
  title: string;
  /** Paragraphs after the greeting. */
  lead: readonly string[];
  /** What somebody wrote, paragraph by paragraph. */
  quote?: readonly string[];
  details: readonly Detail[];
  /** Paragraphs after the table. */
  paragraphs?: readonly string[];
  /** The page that the button opens. */
  link: string;
};

/** What stands above the lines of a digest. */
export type DigestText = Pick<MailText, 'subject' | 'preview' | 'title' | 'lead'>;

/** One matter in a digest; `''` where there is nothing to say. */
export type DigestLine = {
  title: string;
  person: string;
  summary: string;
  waitingFor: string;
  due: string;
  timing: string;
  link: string;
};

export type Context = { reader: Recipient; publicUrl: string };

/** All that a mail may speak of. */
export type Mail<Data, Facts> = Context & { row: MailRow; data: Data; facts: Facts };

/** A kind of mail as its folder defines it. `Words` is what its `words.<locale>.json` hold. */
export type MailDefinition<Name extends MailTemplate, Data, Facts, Words> = {
  /** As in `MAIL_TEMPLATES`; the folder has the same name. */
  name: Name;
  /**
   * What `outbox.data` holds. It was written by this program, perhaps by an earlier release of it: unknown fields are ignored, a missing one
   * fails the mail with a message that names it.
   */
  data: z.ZodType<Data>;
  words: { id: Words; en: NoInfer<Words> };
  /** Somebody who cannot sign in waits for it at a screen: it goes before all others. */
  isAwaited?: boolean;
  /** `false`: it is dropped, not sent again, when it is not known whether it went out. */
  mustArrive?: boolean;
  /** Reads what the mail tells beyond its row, in the transaction that claims it. Null when that does not exist (any more): the mail fails. */
  facts?: (em: EntityManager, about: { row: MailRow; data: Data; today: CalendarDate }) => Promise<Facts | null>;
  /** Why the mail is not sent after all; null when it is. */
  drop?: (mail: Mail<Data, Facts>) => string | null;
  word: (mail: Mail<Data, Facts>, words: Words) => MailText;
  /** Mails with this that wait for the same person go out as one. */
  digest?: {
    head: (count: number, words: Words) => DigestText;
    line: (mail: Mail<Data, Facts>, words: Words) => DigestLine;
  };
  calendar?: (mail: Mail<Data, Facts>, words: Words, from: Address) => CalendarFile | null;
};

/** A row of the outbox whose data was read: ready to be worded for a reader. */
export type ReadMail = {
  row: MailRow;
  drop(context: Context): string | null;
  word(context: Context): MailText;
  /** Null for mails that are never part of a digest. */
  line(context: Context): DigestLine | null;
  calendar(context: Context, from: Address): CalendarFile | null;
};

/** A kind of mail as the mailer uses it, whatever its data and facts are. */
export type MailKind<Name extends MailTemplate = MailTemplate> = {
  name: Name;
  isAwaited: boolean;
  mustArrive: boolean;
  isDigest: boolean;
  digestHead(count: number, locale: Locale): DigestText | null;
  /** @throws MailDataError when the row cannot be worded */
  read(em: EntityManager, row: MailRow, today: CalendarDate): Promise<ReadMail>;
};

/** A mail whose data does not fit its kind, or speaks of what does not exist. Names fields, not their contents. */
export class MailDataError extends Error {
  override readonly name = 'MailDataError';
}

/** A kind of mail, and the way to word one whose facts are known. */
export type DefinedMail<Name extends MailTemplate, Facts> = MailKind<Name> & {
  /** @throws MailDataError when the row's data is not complete */
  readWith(row: MailRow, facts: Facts): ReadMail;
};

export function defineMail<const Name extends MailTemplate, Data, Words, Facts = null>(
  definition: MailDefinition<Name, Data, Facts, Words>,
): DefinedMail<Name, Facts> {
  const { name, words, digest } = definition;
  const wordsFor = ({ reader }: Context): Words => words[reader.locale];
  const readMail = (row: MailRow, data: Data, facts: Facts): ReadMail => {
    const mailFor = (context: Context): Mail<Data, Facts> => ({ ...context, row, data, facts });
    return {
      row,
      drop: (context) => definition.drop?.(mailFor(context)) ?? null,
      word: (context) => definition.word(mailFor(context), wordsFor(context)),
      line: (context) => digest?.line(mailFor(context), wordsFor(context)) ?? null,
      calendar: (context, from) => definition.calendar?.(mailFor(context), wordsFor(context), from) ?? null,
    };
  };
  return {
    name,
    isAwaited: definition.isAwaited ?? false,
    mustArrive: definition.mustArrive ?? true,
    isDigest: digest !== undefined,
    digestHead: (count, locale) => digest?.head(count, words[locale]) ?? null,
    async read(em, row, today) {
      const data = parseData(definition.data, row.data);
      if (!definition.facts) return readMail(row, data, null as Facts);
      const facts = await definition.facts(em, { row, data, today });
      if (facts === null) throw new MailDataError('what this mail speaks of does not exist');
      return readMail(row, data, facts);
    },
    readWith: (row, facts) => readMail(row, parseData(definition.data, row.data), facts),
  };
}

function parseData<Data>(schema: z.ZodType<Data>, data: unknown): Data {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'data'))];
  throw new MailDataError(`the data of the mail is not complete: ${fields.join(', ')}`);
}
