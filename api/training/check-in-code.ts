import { createHmac, timingSafeEqual } from 'node:crypto';
import { acceptedCodeSteps, codeStepAt, CODE_SECONDS, normaliseCode } from '#domain/training/event.ts';

/** Signs that are not mistaken for one another when read from a wall. */
const SIGNS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const LENGTH = 6;

/** The code shown at an instant and how long it is shown; made from the event's secret, so nothing is stored. */
export function codeAt(event: { id: string; codeSecret: Uint8Array }, at: number): { code: string; validUntil: Date } {
  const step = codeStepAt(at);
  return { code: codeOf(event, step), validUntil: new Date((step + 1) * CODE_SECONDS * 1000) };
}

/** Whether a typed code is one of those that count now. */
export function isCodeRight(event: { id: string; codeSecret: Uint8Array }, typed: string, at: number): boolean {
  const given = Buffer.from(normaliseCode(typed));
  return acceptedCodeSteps(at)
    .map((step) => Buffer.from(codeOf(event, step)))
    .some((code) => code.length === given.length && timingSafeEqual(code, given));
}

function codeOf({ id, codeSecret }: { id: string; codeSecret: Uint8Array }, step: number): string {
  const bytes = createHmac('sha256', codeSecret).update(`${id}:${step}`).digest();
  return Array.from({ length: LENGTH }, (_, index) => SIGNS[bytes.readUInt16BE(index * 2) % SIGNS.length]).join('');
}
