import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { MAIL_TEMPLATES } from '#domain/notifications/mail.ts';

/*
 * Turns the MJML sources of the mails into the Handlebars templates that the mailer reads. MJML is needed here only, not at run time.
 * Run `node worker/mailer/build-templates.ts` after a change to `templates/**\/*.mjml` and commit what it writes.
 */

const folder = fileURLToPath(new URL('./templates/', import.meta.url));

type Mjml = (
  source: string,
  options: {
    filePath: string;
    ignoreIncludes: boolean;
    includePath: string[];
    validationLevel: 'strict';
    fonts: Record<string, string>;
  },
) => Promise<{ html: string; errors: { formattedMessage: string }[] }>;

/** The generated HTML templates by file. */
export async function buildTemplates(): Promise<{ file: string; content: string }[]> {
  // @ts-expect-error mjml comes without types
  const { default: mjml2html } = (await import('mjml')) as { default: Mjml };
  const built: { file: string; content: string }[] = [];
  for (const template of MAIL_TEMPLATES) {
    for (const locale of ['id', 'en']) {
      const filePath = `${folder}${template}/html.${locale}.mjml`;
      const { html } = await mjml2html(await readFile(filePath, 'utf8'), {
        filePath,
        ignoreIncludes: false,
        includePath: [folder],
        validationLevel: 'strict',
        fonts: {},
      });
      built.push({ file: filePath.replace(/mjml$/, 'hbs'), content: withoutBlankLines(html) });
    }
  }
  return built;
}

const withoutBlankLines = (html: string) =>
  `${html
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')}\n`;

if (import.meta.main) {
  for (const { file, content } of await buildTemplates()) await writeFile(file, content);
}
