import type { EventKind } from '#domain/training/event.ts';
import type { InvitationRule, TrainingEvent } from '#persistence/training/training.entities.ts';

/** What an organiser writes about an event, as it travels in a command. Instants are ISO texts. */
export type EventContent = {
  kind: EventKind;
  title: string;
  topic: string;
  agenda: string;
  place: string;
  link: string;
  startsAt: string;
  endsAt: string;
  timeZone: string;
  organiser: string;
  speakers: string[];
  quota: number | null;
  jp: number;
  signerName: string;
  signerTitle: string;
  checkInMinutesBefore: number;
  checkInMinutesAfter: number;
  remindHoursBefore: number;
  testUntil: string | null;
  invitations: InvitationRule[];
};

/** The values to set, and whether the people who are invited must hear of the change: its name, time or place. */
export function contentChanges(event: TrainingEvent, content: EventContent): { values: object; isNews: boolean } {
  const values = {
    ...content,
    startsAt: new Date(content.startsAt),
    endsAt: new Date(content.endsAt),
    testUntil: content.testUntil ? new Date(content.testUntil) : null,
  };
  const isNews =
    event.title !== content.title ||
    event.place !== content.place ||
    event.link !== content.link ||
    event.timeZone !== content.timeZone ||
    event.startsAt.getTime() !== values.startsAt.getTime() ||
    event.endsAt.getTime() !== values.endsAt.getTime();
  return { values, isNews };
}
