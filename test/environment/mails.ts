import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { simpleParser } from 'mailparser';

/** A mail as it arrived. */
export type KeptMail = { to: string; subject: string; text: string };

let count = 0;

/** Keeps a mail in a folder, whole or not at all. */
export async function keepMail(folder: string, stream: Readable): Promise<void> {
  const { to, subject = '', text = '' } = await simpleParser(stream);
  const mail: KeptMail = {
    to: [to ?? []]
      .flat()
      .map((one) => one.text)
      .join(', '),
    subject,
    text,
  };
  count += 1;
  const file = join(folder, String(count).padStart(6, '0'));
  writeFileSync(file, JSON.stringify(mail));
  renameSync(file, `${file}.json`);
}

/** All mails of a folder in the order in which they arrived. */
export const keptMails = (folder: string): KeptMail[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as KeptMail);
