import type { EventContent, EventView, InvitationRule } from '#contracts/training.schemas.ts';
import { fromLocal, toLocal } from './event-time.ts';

/** An event as the form holds it: texts as they are typed, times on the clock of the event's zone. */
export type EventDraft = {
  kind: EventContent['kind'];
  title: string;
  topic: string;
  agenda: string;
  place: string;
  link: string;
  startsAt: string;
  endsAt: string;
  timeZone: EventContent['timeZone'];
  organiser: string;
  speakers: string[];
  quota: string;
  jp: string;
  signerName: string;
  signerTitle: string;
  checkInMinutesBefore: string;
  checkInMinutesAfter: string;
  remindHoursBefore: string;
  testUntil: string;
  invitations: InvitationRule[];
};

const HOUR_MS = 3_600_000;

/** A new event: next week, a morning. */
export function newDraft(organiser: string, timeZone: string, now = Date.now()): EventDraft {
  const zone = timeZone as EventContent['timeZone'];
  const day = toLocal(new Date(now + 7 * 24 * HOUR_MS).toISOString(), zone).slice(0, 10);
  return {
    kind: 'bimtek',
    title: '',
    topic: '',
    agenda: '',
    place: '',
    link: '',
    startsAt: `${day}T09:00`,
    endsAt: `${day}T12:00`,
    timeZone: zone,
    organiser,
    speakers: [],
    quota: '',
    jp: '4',
    signerName: '',
    signerTitle: '',
    checkInMinutesBefore: '30',
    checkInMinutesAfter: '30',
    remindHoursBefore: '24',
    testUntil: '',
    invitations: [],
  };
}

export function draftOf(content: EventContent): EventDraft {
  const { timeZone } = content;
  return {
    ...content,
    startsAt: toLocal(content.startsAt, timeZone),
    endsAt: toLocal(content.endsAt, timeZone),
    testUntil: content.testUntil === null ? '' : toLocal(content.testUntil, timeZone),
    quota: content.quota === null ? '' : String(content.quota),
    jp: String(content.jp),
    checkInMinutesBefore: String(content.checkInMinutesBefore),
    checkInMinutesAfter: String(content.checkInMinutesAfter),
    remindHoursBefore: String(content.remindHoursBefore),
  };
}

/** What is wrong with a draft, as [field, key of its text]. */
export function draftProblems(draft: EventDraft): [field: string, key: string][] {
  const found: [string, string][] = [];
  const isWhole = (text: string, from: number, to: number): boolean =>
    /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to;
  const [start, end] = [fromLocal(draft.startsAt, draft.timeZone), fromLocal(draft.endsAt, draft.timeZone)];
  if (draft.title.trim().length < 3) found.push(['title', 'training.form.titleMissing']);
  if (draft.organiser.trim().length < 3) found.push(['organiser', 'training.form.organiserMissing']);
  if (!start) found.push(['startsAt', 'training.form.timeMissing']);
  if (!end || (start && end <= start)) found.push(['endsAt', 'problem.training.event.times']);
  if (!draft.place.trim() && !draft.link.trim()) found.push(['place', 'problem.training.event.placeMissing']);
  if (draft.link.trim() && !/^https?:\/\/\S+$/.test(draft.link.trim())) found.push(['link', 'training.form.linkWrong']);
  if (draft.topic && !/^[a-z0-9-]{1,60}$/.test(draft.topic)) found.push(['topic', 'training.form.topicWrong']);
  if (draft.quota && !isWhole(draft.quota, 1, 100_000)) found.push(['quota', 'training.form.quotaWrong']);
  const jp = Number(draft.jp.replace(',', '.'));
  if (!(jp >= 0 && jp <= 1000 && Number.isInteger(jp * 2))) found.push(['jp', 'training.jp.amountWrong']);
  for (const field of ['checkInMinutesBefore', 'checkInMinutesAfter'] as const)
    if (!isWhole(draft[field], 0, 1440)) found.push([field, 'training.form.minutesWrong']);
  if (!isWhole(draft.remindHoursBefore, 0, 336)) found.push(['remindHoursBefore', 'training.form.hoursWrong']);
  const testUntil = fromLocal(draft.testUntil, draft.timeZone);
  if (draft.testUntil && (!testUntil || (end && testUntil <= end)))
    found.push(['testUntil', 'problem.training.event.testUntil']);
  if (draft.invitations.length === 0) found.push(['invitations', 'problem.training.event.nobodyInvited']);
  return found;
}

/** The content to send; only for a draft without problems. */
export function contentOf(draft: EventDraft): EventContent {
  return {
    ...draft,
    title: draft.title.trim(),
    link: draft.link.trim(),
    place: draft.place.trim(),
    organiser: draft.organiser.trim(),
    speakers: draft.speakers.map((speaker) => speaker.trim()).filter(Boolean),
    startsAt: fromLocal(draft.startsAt, draft.timeZone)!,
    endsAt: fromLocal(draft.endsAt, draft.timeZone)!,
    testUntil: fromLocal(draft.testUntil, draft.timeZone),
    quota: draft.quota === '' ? null : Number(draft.quota),
    jp: Number(draft.jp.replace(',', '.')),
    checkInMinutesBefore: Number(draft.checkInMinutesBefore),
    checkInMinutesAfter: Number(draft.checkInMinutesAfter),
    remindHoursBefore: Number(draft.remindHoursBefore),
  };
}

/** Whether an event can still be changed by its organisers. */
export const isChangeableEvent = ({ state }: Pick<EventView, 'state'>): boolean =>
  state === 'planned' || state === 'invited' || state === 'checkInOpen';
