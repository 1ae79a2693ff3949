import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/*
 * Turns the MJML source of the mails' layout into the Handlebars template that the mailer reads. MJML is needed here only, not at run time.
 * Run `node worker/mailer/build-layout.ts` after a change to `layout/html.mjml` and commit what it writes.
 */

const source = fileURLToPath(new URL('./layout/html.mjml', import.meta.url));
/** The template that is generated. */
export const layoutFile = source.replace(/mjml$/, 'hbs');

type Mjml = (
  source: string,
  options: { filePath: string; ignoreIncludes: boolean; validationLevel: 'strict'; fonts: Record<string, string> },
) => Promise<{ html: string }>;

/** The HTML template of the present source. */
export async function buildLayout(): Promise<string> {
  // @ts-expect-error mjml comes without types
  const { default: mjml2html } = (await import('mjml')) as { default: Mjml };
  const { html } = await mjml2html(await readFile(source, 'utf8'), {
    filePath: source,
    ignoreIncludes: true,
    validationLevel: 'strict',
    fonts: {},
  });
  return withoutBlankLines(html);
}

const withoutBlankLines = (html: string) =>
  `${html
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')}\n`;

if (import.meta.main) await writeFile(layoutFile, await buildLayout());
