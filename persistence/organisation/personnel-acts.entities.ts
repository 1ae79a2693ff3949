import { defineEntity, p } from '@mikro-orm/core';
import type { PersonnelActKind } from '#domain/organisation/personnel.ts';

/** An act of the personnel administration about one person; one of a later date waits until its day. */
export const PersonnelActSchema = defineEntity({
  name: 'PersonnelAct',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    employeeId: p.uuid(),
    unitId: p.uuid(),
    kind: p.text().$type<PersonnelActKind>(),
    effectiveOn: p.date(),
    untilOn: p.date().nullable(),
    orderNumber: p.text().nullable(),
    reason: p.text(),
    data: p.json<Record<string, unknown>>(),
    state: p.text().$type<'scheduled' | 'applied' | 'cancelled' | 'failed'>().default('scheduled'),
    recordedById: p.uuid(),
    recordedAt: p.datetime().defaultRaw('now()'),
    appliedAt: p.datetime().nullable(),
    closedById: p.uuid().nullable(),
    failure: p.text().nullable(),
  },
});
export class PersonnelAct extends PersonnelActSchema.class {}
PersonnelActSchema.setClass(PersonnelAct);
