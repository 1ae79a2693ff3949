import { readFileSync } from 'node:fs';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import QRCode from 'qrcode';
import { EVENT_KINDS, type EventKind } from '#domain/training/event.ts';
import type { CertificateRow } from '#persistence/training/certificates.repository.ts';

const TEMPLATE = readFileSync(new URL('./certificate.typ', import.meta.url), 'utf8');
/** PDF/A-2a: tagged, with its fonts inside, readable for ever. */
const STANDARD = 'a-2a';
const KIND_NAMES: Record<EventKind, string> = {
  bimtek: 'bimbingan teknis',
  sosialisasi: 'sosialisasi',
  webinar: 'webinar',
  coachingClinic: 'coaching clinic',
  zoom: 'pertemuan daring',
  diklat: 'pendidikan dan pelatihan',
};
/** The day of issue is told where the national administration sits. */
const WIB_MS = 7 * 3_600_000;

let compiler: NodeCompiler | undefined;

/** A certificate as PDF. What it says goes in as JSON, never as source text; the QR code opens the public page that verifies it. */
export async function certificatePdf(certificate: CertificateRow, publicUrl: string): Promise<Buffer> {
  const verifyUrl = `${publicUrl}/certificates/${certificate.token}`;
  const date = (on: string): string =>
    new Intl.DateTimeFormat('id-ID', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${on}T00:00:00Z`));
  const issuedOn = new Date(Date.parse(certificate.issuedAt) + WIB_MS).toISOString().slice(0, 10);
  const kind = EVENT_KINDS.find((one) => one === certificate.kind);
  const data = {
    documentTitle: `Sertifikat ${certificate.number}`,
    number: certificate.number,
    organiser: certificate.organiser,
    holderName: certificate.holderName,
    holderNumber: certificate.holderNumber,
    holderNumberLabel: certificate.holderNumber ? 'NIP' : '',
    kind: kind ? KIND_NAMES[kind] : certificate.kind,
    title: certificate.title,
    heldText:
      certificate.heldFrom === certificate.heldTo
        ? `pada ${date(certificate.heldFrom)}`
        : `pada ${date(certificate.heldFrom)} sampai dengan ${date(certificate.heldTo)}`,
    jpText: certificate.jp > 0 ? `${new Intl.NumberFormat('id-ID').format(certificate.jp)} JP` : '',
    issued: issuedOn.split('-').map(Number),
    issuedText: date(issuedOn),
    signerTitle: certificate.signerTitle,
    signerName: certificate.signerName,
    verifyUrl,
    qrAlt: `Kode QR ke ${verifyUrl}`,
    qrSvg: await QRCode.toString(verifyUrl, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 }),
  };
  compiler ??= NodeCompiler.create();
  const pdf = compiler.pdf(
    { mainFileContent: TEMPLATE, inputs: { data: JSON.stringify(data) } },
    { pdfStandard: STANDARD as never },
  );
  compiler.evictCache(10);
  return pdf;
}
