import type { EventKind } from '#domain/training/event.ts';

const KIND_CODES: Record<EventKind, string> = {
  bimtek: 'BMT',
  sosialisasi: 'SOS',
  webinar: 'WBN',
  coachingClinic: 'CCL',
  zoom: 'DRG',
  diklat: 'DKL',
};

/** The number of a certificate, `000123/SERT-BMT/2026`; serials run through the year. */
export const certificateNumber = ({ serial, kind, year }: { serial: number; kind: EventKind; year: number }): string =>
  `${String(serial).padStart(6, '0')}/SERT-${KIND_CODES[kind]}/${year}`;
