import jsqr from 'jsqr';
import { getDocument, OPS } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, it } from 'vitest';
import type { CertificateRow } from '#persistence/training/certificates.repository.ts';
import { certificatePdf } from './certificate-pdf.ts';

const certificate: CertificateRow = {
  id: '1',
  eventId: '2',
  employeeId: '3',
  unitId: '4',
  token: 'Ab3dEf6hIj9kLm2nOp5qRs8t',
  number: '000042/SERT-BMT/2026',
  holderName: 'Siti #Rahmawati "S.Kom." $x$',
  holderNumber: '198503012010012003',
  title: 'Bimtek *penyusunan* SKP _tahap_ 1',
  kind: 'bimtek',
  organiser: 'Biro Kepegawaian',
  heldFrom: '2026-03-01',
  heldTo: '2026-03-02',
  jp: 7.5,
  signerName: 'Dr. Budi',
  signerTitle: 'Kepala Biro Kepegawaian',
  issuedAt: '2026-03-02T18:00:00.000Z',
  revokedAt: null,
  revokedReason: null,
};

async function open(pdf: Buffer) {
  const document = await getDocument({ data: new Uint8Array(pdf), useSystemFonts: false }).promise;
  const page = await document.getPage(1);
  const { items } = await page.getTextContent();
  return {
    document,
    page,
    text: items
      .map((item) => ('str' in item ? item.str : ''))
      .join(' ')
      .replace(/\s+/g, ' '),
  };
}

describe('the certificate', () => {
  it('S2.2 says number, holder, event, dates, JP and signer; texts stay texts', async () => {
    const { document, text } = await open(await certificatePdf(certificate, 'https://kinerja.example.go.id'));
    expect(document.numPages).toBe(1);
    for (const words of [
      'SERTIFIKAT',
      '000042/SERT-BMT/2026',
      'Siti #Rahmawati "S.Kom." $x$',
      '198503012010012003',
      'Bimtek *penyusunan* SKP _tahap_ 1',
      '1 Maret 2026',
      '2 Maret 2026',
      '7,5 JP',
      'Dr. Budi',
      '3 Maret 2026',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).toContain('https://kinerja.example.go.id/certificates/Ab3dEf6hIj9kLm2nOp5qRs8t');
  });

  it('S2.2 is tagged, in Indonesian, with a title, and PDF/A', async () => {
    const pdf = await certificatePdf(certificate, 'https://kinerja.example.go.id');
    const raw = pdf.toString('latin1');
    expect(raw).toContain('/StructTreeRoot');
    expect(raw).toMatch(/pdfaid:part>2</);
    expect(raw).toMatch(/pdfaid:conformance>A</);
    expect(raw).toMatch(/\/Lang \(id\)/);
    const { document } = await open(pdf);
    expect(((await document.getMetadata()).info as { Title: string }).Title).toBe('Sertifikat 000042/SERT-BMT/2026');
  });

  it('S2.2 its QR code leads to the page that verifies it', async () => {
    const { page } = await open(await certificatePdf(certificate, 'https://kinerja.example.go.id'));
    const modules = await darkModules(page);
    expect(decode(modules)).toBe('https://kinerja.example.go.id/certificates/Ab3dEf6hIj9kLm2nOp5qRs8t');
  });
});

type Page = Awaited<ReturnType<typeof open>>['page'];
type Box = { minX: number; minY: number; maxX: number; maxY: number };

/** The code is drawn as lines, one per run of dark modules: their places are read from the page's paths. */
async function darkModules(page: Page): Promise<Box[]> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const boxes: Box[] = [];
  for (const [index, fn] of fnArray.entries()) {
    if (fn !== OPS.constructPath) continue;
    const [, [path]] = argsArray[index] as [number, [Float32Array | null]];
    boxes.push(...segments(path ?? new Float32Array()));
  }
  return boxes;
}

/** Horizontal lines of a path in the form of pdf.js: 0 moveTo, 1 lineTo, 2 curveTo, 4 close. */
function segments(path: Float32Array): Box[] {
  const lines: Box[] = [];
  let [x, y] = [0, 0];
  for (let at = 0; at < path.length;) {
    const op = path[at]!;
    if (op === 0 || op === 1) {
      const [nextX, nextY] = [path[at + 1]!, path[at + 2]!];
      if (op === 1 && nextY === y && nextX !== x)
        lines.push({ minX: Math.min(x, nextX), maxX: Math.max(x, nextX), minY: y, maxY: y });
      [x, y] = [nextX, nextY];
      at += 3;
    } else at += op === 2 ? 7 : op === 3 ? 5 : 1;
  }
  return lines;
}

/** Paints the lines as modules and reads the picture as a camera would. */
function decode(lines: readonly Box[]): string | undefined {
  const runs = lines.filter(
    ({ maxX, minX }) => maxX - minX < 100 && maxX - minX >= 1 && Math.abs((minX % 1) - 0) < 0.01,
  );
  const size = 45;
  const scale = 6;
  const width = (size + 12) * scale;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const { minX, maxX, minY } of runs) {
    for (let px = Math.round((minX + 2) * scale); px < Math.round((maxX + 2) * scale); px += 1) {
      for (let py = Math.round((minY - 0.5 + 2) * scale); py < Math.round((minY + 0.5 + 2) * scale); py += 1) {
        if (px >= 0 && py >= 0 && px < width && py < width)
          pixels.fill(0, (py * width + px) * 4, (py * width + px) * 4 + 3);
      }
    }
  }
  const read = ('default' in jsqr ? jsqr.default : jsqr) as unknown as (
    data: Uint8ClampedArray,
    width: number,
    height: number,
  ) => { data: string } | null;
  return read(pixels, width, width)?.data;
}
