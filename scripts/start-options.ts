import { parseArgs } from 'node:util';

/** What `npm start -- …` was asked for. */
export type StartOptions = {
  /** Drop the local data first. */
  isReset: boolean;
  /** No demo data in a new database. */
  isEmpty: boolean;
  /** Port of the application; a busy one is an error then. */
  port: number | undefined;
};

/** @throws one sentence for an unknown or wrong option */
export function parseStartOptions(args: readonly string[]): StartOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { reset: { type: 'boolean' }, empty: { type: 'boolean' }, port: { type: 'string' } },
    });
    return { isReset: values.reset ?? false, isEmpty: values.empty ?? false, port: parsePort(values.port) };
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new Error(`${sentence}. See \`npm start -- --help\`.`, { cause: error });
  }
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`--port ${text} is no port number`);
  return port;
}
