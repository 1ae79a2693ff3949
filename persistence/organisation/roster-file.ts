import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { Unzip, UnzipInflate } from 'fflate';
import { columnName, numericCellText, rosterRowOf } from '#domain/organisation/roster-cells.ts';
import type { RosterColumn, RosterRow } from '#domain/organisation/roster-row.ts';

/*
 * Rosters are read as streams, so that a large file needs little memory. A spreadsheet is a ZIP archive of XML files that
 * programs write in a plain form: rows of cells, texts in a table of their own. Both are cut out of the stream piece by piece.
 */

export type RosterFormat = 'csv' | 'xlsx';

/** The bytes of a file from its start; a spreadsheet is read twice. */
export type FileBytes = () => AsyncIterable<Uint8Array>;

/** A file that is no roster, or one that is larger than anything honest. */
export class RosterFileError extends Error {
  override readonly name = 'RosterFileError';
  readonly code: 'roster.file' | 'roster.fileKind' | 'roster.fileTooLarge' | 'roster.noRows' | 'roster.columnsMissing';
  readonly detail: Record<string, string | number>;

  constructor(code: RosterFileError['code'], detail: Record<string, string | number> = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/** A row with its line in the sheet, header first. */
type SheetRow = { number: number; cells: string[] | Map<number, Cell> };
export type RosterLine = { number: number; row: RosterRow };

/** What one file may unpack to: a small archive can hold gigabytes of nothing. */
const LARGEST_PART = 600 * 1024 * 1024;
const MOST_ROWS = 200_000;

/** Which kind of file begins with these bytes; judged by content, whatever the name says. */
export function formatOf(start: Uint8Array): RosterFormat | null {
  if (start[0] === 0x50 && start[1] === 0x4b) return 'xlsx';
  return start.includes(0) ? null : 'csv';
}

/** The rows of a roster. Throws a RosterFileError. `onHeader` gets the columns in their order. */
export async function* readRoster(
  format: RosterFormat,
  bytes: FileBytes,
  onHeader: (columns: string[]) => void = () => {},
): AsyncGenerator<RosterLine, void> {
  let columns: string[] | null = null;
  let count = 0;
  for await (const { number, cells } of format === 'csv' ? readCsv(bytes) : readXlsx(bytes)) {
    if (!columns) {
      columns = textsOf(cells).map(columnName);
      onHeader(columns);
      continue;
    }
    const row = rosterRowOf(named(columns, cells));
    if (Object.keys(row).length === 0) continue;
    if ((count += 1) > MOST_ROWS) throw new RosterFileError('roster.fileTooLarge', { rows: MOST_ROWS });
    yield { number, row };
  }
  if (!count) throw new RosterFileError('roster.noRows');
}

async function* readCsv(bytes: FileBytes): AsyncGenerator<SheetRow, void> {
  const parser = parse({
    bom: true,
    delimiter: [',', ';'],
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: 100_000,
  });
  let number = 0;
  try {
    for await (const cells of Readable.from(bytes()).pipe(parser))
      yield { number: (number += 1), cells: cells as string[] };
  } catch (error) {
    throw (error as { code?: string }).code?.startsWith('CSV_')
      ? new RosterFileError('roster.file', { line: (error as { lines?: number }).lines ?? number })
      : error;
  }
}

/** A cell: a text, or a number whose meaning its column tells. */
type Cell = { text: string; isNumber: boolean };

async function* readXlsx(bytes: FileBytes): AsyncGenerator<SheetRow, void> {
  const { texts, sheet } = await readBook(bytes);
  for await (const { attributes, inner, index } of elements(partOf(bytes, sheet), 'row')) {
    yield { number: Number(attributeOf(attributes, 'r')) || index + 1, cells: cellsOf(inner, texts) };
  }
}

/** The table of texts and the name of the first sheet. */
async function readBook(bytes: FileBytes): Promise<{ texts: string[]; sheet: string }> {
  const small = new Map<string, string>();
  const texts: string[] = [];
  const isText = (name: string): boolean => /^xl\/sharedStrings\.xml$/i.test(name);
  const isSmall = (name: string): boolean => /^xl\/(workbook\.xml|_rels\/workbook\.xml\.rels)$/i.test(name);
  const cut = cutter('si');
  let hasSheet = false;
  for await (const { name, text } of unzip(
    bytes,
    (part) => isText(part) || isSmall(part),
    (part) => (hasSheet ||= /^xl\/worksheets\//i.test(part)),
  )) {
    if (isSmall(name)) small.set(name.toLowerCase(), (small.get(name.toLowerCase()) ?? '') + text);
    else for (const { inner } of cut(text)) texts.push(plainText(inner));
  }
  if (!hasSheet) throw new RosterFileError('roster.fileKind');
  return {
    texts,
    sheet: firstSheet(small.get('xl/workbook.xml') ?? '', small.get('xl/_rels/workbook.xml.rels') ?? ''),
  };
}

function firstSheet(workbook: string, relations: string): string {
  const id = /<(?:\w+:)?sheet\b[^>]*?\br:id="([^"]+)"/.exec(workbook)?.[1];
  const relation = id
    ? [...relations.matchAll(/<(?:\w+:)?Relationship\b[^>]*>/g)]
        .map(([tag]) => tag)
        .find((tag) => attributeOf(tag, 'Id') === id)
    : undefined;
  const target = relation && attributeOf(relation, 'Target');
  return target ? (target.startsWith('/') ? target.slice(1) : `xl/${target}`) : 'xl/worksheets/sheet1.xml';
}

async function* partOf(bytes: FileBytes, wanted: string): AsyncGenerator<string, void> {
  for await (const { name, text } of unzip(bytes, (part) => part.toLowerCase() === wanted.toLowerCase())) {
    void name;
    yield text;
  }
}

/** The wanted files of an archive as text, piece by piece. Throws for one that unpacks to too much. */
async function* unzip(
  bytes: FileBytes,
  isWanted: (name: string) => boolean,
  onName: (name: string) => void = () => {},
): AsyncGenerator<{ name: string; text: string }, void> {
  const pieces: { name: string; text: string }[] = [];
  let failure: Error | null = null;
  const archive = new Unzip((file) => {
    onName(file.name);
    if (!isWanted(file.name)) return;
    const decoder = new TextDecoder();
    let size = 0;
    file.ondata = (error, data, isFinal) => {
      if (error) failure ??= new RosterFileError('roster.file', { part: file.name });
      if ((size += data?.length ?? 0) > LARGEST_PART) {
        failure ??= new RosterFileError('roster.fileTooLarge', { part: file.name });
        file.terminate();
        return;
      }
      pieces.push({ name: file.name, text: decoder.decode(data, { stream: !isFinal }) });
    };
    file.start();
  });
  archive.register(UnzipInflate);
  const take = function* (): Generator<{ name: string; text: string }, void> {
    if (failure) throw failure;
    while (pieces.length) yield pieces.shift()!;
  };
  try {
    for await (const chunk of bytes()) {
      // Small bites: a bite of an archive can unpack to a thousand times its size.
      for (let from = 0; from < chunk.length; from += BITE) {
        archive.push(chunk.subarray(from, from + BITE));
        yield* take();
      }
    }
    archive.push(new Uint8Array(0), true);
  } catch (error) {
    throw error instanceof RosterFileError ? error : new RosterFileError('roster.file', { part: 'zip' });
  }
  yield* take();
}
const BITE = 16 * 1024;

type Element = { attributes: string; inner: string };

/** Cuts whole elements out of text that comes in pieces. */
function cutter(tag: string): (text: string) => Generator<Element, void> {
  const open = new RegExp(`<(?:\\w+:)?${tag}(?=[\\s>/])([^>]*)>`, 'g');
  let rest = '';
  return function* (text) {
    rest += text;
    let from = 0;
    for (;;) {
      open.lastIndex = from;
      const start = open.exec(rest);
      if (!start) break;
      if (start[1]!.endsWith('/')) {
        from = open.lastIndex;
        yield { attributes: start[1]!, inner: '' };
        continue;
      }
      const close = start[0].slice(1, start[0].indexOf(tag)) + tag;
      const end = rest.indexOf(`</${close}>`, open.lastIndex);
      if (end < 0) {
        from = start.index;
        break;
      }
      yield { attributes: start[1]!, inner: rest.slice(open.lastIndex, end) };
      from = end + close.length + 3;
    }
    rest = rest.slice(from);
    if (rest.length > LONGEST_ELEMENT) throw new RosterFileError('roster.fileTooLarge', { part: tag });
  };
}
const LONGEST_ELEMENT = 4 * 1024 * 1024;

async function* elements(
  pieces: AsyncIterable<string>,
  tag: string,
): AsyncGenerator<Element & { index: number }, void> {
  const cut = cutter(tag);
  let index = 0;
  for await (const piece of pieces) for (const element of cut(piece)) yield { ...element, index: index++ };
}

const CELL = /<(?:\w+:)?c(?=[\s>/])([^>]*?)(?:\/>|>([^]*?)<\/(?:\w+:)?c>)/g;
const VALUE = /<(?:\w+:)?v[^>]*>([^]*?)<\/(?:\w+:)?v>/;

/** The cells of a row by their column; number 0 is column A. */
function cellsOf(row: string, texts: readonly string[]): Map<number, Cell> {
  const cells = new Map<number, Cell>();
  let next = 0;
  for (const [, attributes, inner] of row.matchAll(CELL)) {
    const reference = attributeOf(attributes!, 'r');
    const column = reference ? columnIndex(reference) : next;
    next = column + 1;
    if (inner === undefined || column > 200) continue;
    const type = attributeOf(attributes!, 't') ?? 'n';
    const value = VALUE.exec(inner)?.[1] ?? '';
    if (type === 's') cells.set(column, { text: texts[Number(value)] ?? '', isNumber: false });
    else if (type === 'inlineStr') cells.set(column, { text: plainText(inner), isNumber: false });
    else if (type === 'n') cells.set(column, { text: value.trim(), isNumber: value.trim() !== '' });
    else cells.set(column, { text: type === 'd' ? value.slice(0, 10) : unescaped(value), isNumber: false });
  }
  return cells;
}

/** The texts in an element, without those of reading aids (rPh). */
function plainText(xml: string): string {
  const own = xml.includes('rPh') ? xml.replace(/<(?:\w+:)?rPh\b[^]*?<\/(?:\w+:)?rPh>/g, '') : xml;
  let text = '';
  for (const [, part] of own.matchAll(/<(?:\w+:)?t(?:\s[^>]*)?>([^]*?)<\/(?:\w+:)?t>/g)) text += part;
  return unescaped(text);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
function unescaped(text: string): string {
  if (!text.includes('&') && !text.includes('_x')) return text;
  return text
    .replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (all, decimal?: string, hex?: string, name?: string) => {
      const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : null;
      if (code !== null) return code <= 0x10ffff ? String.fromCodePoint(code) : '';
      return ENTITIES[name!] ?? all;
    })
    .replace(/_x([\dA-F]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function attributeOf(attributes: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1];
}

/** 'C7' is column 2. */
function columnIndex(reference: string): number {
  let index = 0;
  for (const letter of reference) {
    const code = letter.charCodeAt(0);
    if (code < 65 || code > 90) break;
    index = index * 26 + code - 64;
  }
  return index - 1;
}

const textsOf = (cells: SheetRow['cells']): string[] =>
  Array.isArray(cells)
    ? cells
    : Array.from({ length: Math.max(-1, ...cells.keys()) + 1 }, (_, column) => cells.get(column)?.text ?? '');

function named(columns: readonly string[], cells: SheetRow['cells']): Record<string, string> {
  const row: Record<string, string> = {};
  columns.forEach((column, index) => {
    const cell = Array.isArray(cells) ? cells[index] : cells.get(index);
    if (cell === undefined) return;
    row[column] =
      typeof cell === 'string' ? cell : cell.isNumber ? numericCellText(column as RosterColumn, cell.text) : cell.text;
  });
  return row;
}
