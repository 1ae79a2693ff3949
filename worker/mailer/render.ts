import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { Locale } from './dates.ts';
import type { Context, Detail, DigestLine, DigestText, MailText } from './define-mail.ts';
import { LABELS, type Labels } from './labels.ts';
import { oneLine } from './text.ts';

/** A mail in words: one line of subject, HTML and plain text. */
export type RenderedMail = { subject: string; html: string; text: string };

/** What the layout prints. */
type View = Required<Omit<MailText, 'subject'>> & {
  locale: Locale;
  readerName: string;
  lines: DigestLine[];
  words: Labels['layout'];
};

const read = (file: string) => readFileSync(new URL(`./layout/${file}`, import.meta.url), 'utf8');

/** A field that is missing throws; no helper but the built-in ones is known. */
const STRICT: CompileOptions = { strict: true, knownHelpersOnly: true };
const engine = Handlebars.create();
const html = engine.compile<View>(read('html.hbs'), STRICT);
/** Plain text has nothing to escape; the values are cleaned of control characters before. */
const text = engine.compile<View>(read('text.hbs'), { ...STRICT, noEscape: true });

/** Writes a mail in the reader's language. Everything is cleaned of control characters, and escaped in the HTML part. */
export const renderMail = (mail: MailText, context: Context): RenderedMail => render(mail, [], context);

/** Writes one mail about several matters; its button opens the reader's inbox. */
export const renderDigest = (head: DigestText, lines: readonly DigestLine[], context: Context): RenderedMail =>
  render({ ...head, details: [], link: `${context.publicUrl}/tasks` }, lines, context);

function render(mail: MailText, lines: readonly DigestLine[], { reader }: Context): RenderedMail {
  const words = LABELS[reader.locale].layout;
  const view: View = {
    locale: reader.locale,
    words,
    readerName: oneLine(reader.name) || words.applicant,
    preview: oneLine(mail.preview),
    title: oneLine(mail.title),
    lead: cleaned(mail.lead),
    quote: cleaned(mail.quote),
    details: mail.details.map(cleanDetail).filter(({ value }) => value !== ''),
    lines: lines.map(cleanLine),
    paragraphs: cleaned(mail.paragraphs),
    link: mail.link,
  };
  return {
    subject: oneLine(mail.subject),
    html: html(view),
    text: `${text(view)
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`,
  };
}

const cleaned = (texts: readonly string[] = []): string[] => texts.map(oneLine).filter(Boolean);

const cleanDetail = ({ label, value }: Detail): Detail => ({ label, value: oneLine(value) });

const cleanLine = ({ title, person, summary, waitingFor, due, timing, link }: DigestLine): DigestLine => ({
  title: oneLine(title),
  person: oneLine(person),
  summary: oneLine(summary),
  waitingFor: oneLine(waitingFor),
  due: oneLine(due),
  timing: oneLine(timing),
  link,
});
