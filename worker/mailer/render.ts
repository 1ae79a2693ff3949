import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { MAIL_TEMPLATES, type MailTemplate } from '#domain/notifications/mail.ts';
import type { Locale } from './dates.ts';
import type { MailView } from './mail-view.ts';

/** A mail in words: one line of subject, HTML and plain text. */
export type RenderedMail = { subject: string; html: string; text: string };

type Render = (view: MailView) => string;

const folder = new URL('./templates/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');

/** Templates come from this folder only; a field that is missing throws, no helper but the built-in ones is known. */
const engine = Handlebars.create();
const STRICT: CompileOptions = { strict: true, knownHelpersOnly: true };
/** Plain text has nothing to escape; the values are cleaned of control characters before. */
const PLAIN: CompileOptions = { ...STRICT, noEscape: true };

for (const name of ['details', 'lines', 'footer'])
  engine.registerPartial(name, engine.compile(read(`layout/${name}.text.hbs`), PLAIN));

const compile = (path: string, options: CompileOptions): Render => engine.compile<MailView>(read(path), options);

const RENDERERS = new Map(
  MAIL_TEMPLATES.flatMap((template) =>
    (['id', 'en'] as const).map((locale) => {
      const renderers = {
        subject: compile(`${template}/subject.${locale}.hbs`, PLAIN),
        html: compile(`${template}/html.${locale}.hbs`, STRICT),
        text: compile(`${template}/text.${locale}.hbs`, PLAIN),
      };
      return [keyOf(template, locale), renderers] as const;
    }),
  ),
);

/** Writes a mail in the recipient's language. Everything in the HTML part is escaped; the subject has no person's name in it. */
export function renderMail(template: MailTemplate, view: MailView): RenderedMail {
  const renderers = RENDERERS.get(keyOf(template, view.locale));
  if (!renderers) throw new RangeError(`no template ${template} in ${view.locale}`);
  return {
    subject: renderers.subject(view).trim(),
    html: renderers.html(view),
    text: `${renderers
      .text(view)
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`,
  };
}

function keyOf(template: MailTemplate, locale: Locale): string {
  return `${template}.${locale}`;
}
