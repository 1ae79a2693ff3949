import { defineEntity, p } from '@mikro-orm/core';

/** One line of the story, chained by hash so that a changed or missing line shows. Append only. */
export const AuditEventSchema = defineEntity({
  name: 'AuditEvent',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    chain: p.text(),
    number: p.integer(),
    matterId: p.uuid().nullable(),
    taskId: p.uuid().nullable(),
    at: p.datetime(),
    kind: p.text(),
    actorId: p.uuid().nullable(),
    onBehalfOfPositionId: p.uuid().nullable(),
    data: p.json<Record<string, unknown>>(),
    previousHash: p.text(),
    hash: p.text(),
  },
});
export class AuditEvent extends AuditEventSchema.class {}
AuditEventSchema.setClass(AuditEvent);
