import { defineEntity, p } from '@mikro-orm/core';

/** A unit of the agency (unor); `path` is the chain of codes from the root, '/00/01/0101/'. */
export const UnitSchema = defineEntity({
  name: 'Unit',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    code: p.text().unique(),
    name: p.text(),
    parentId: p.uuid().nullable(),
    path: p.text(),
    timeZone: p.text(),
  },
});
export class Unit extends UnitSchema.class {}
UnitSchema.setClass(Unit);

/** A post in a unit. The chain of superiors runs over positions, so it survives a change of persons. */
export const PositionSchema = defineEntity({
  name: 'Position',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    unitId: p.uuid(),
    title: p.text(),
    kind: p.text(),
    gradeLevel: p.text(),
    superiorPositionId: p.uuid().nullable(),
    isUnitHead: p.boolean().default(false),
  },
});
export class Position extends PositionSchema.class {}
PositionSchema.setClass(Position);

/** A civil servant. The NIP is not the key: a NI PPPK changes with the agency, so numbers have their own history. */
export const EmployeeSchema = defineEntity({
  name: 'Employee',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    name: p.text(),
    bornOn: p.date(),
    sex: p.text().$type<'L' | 'P'>(),
    email: p.text(),
    employment: p.text().$type<'PNS' | 'PPPK'>(),
    grade: p.text(),
    status: p.text().default('aktif'),
    unitId: p.uuid(),
    notes: p.text().default(''),
    locale: p.text().$type<'id' | 'en'>().default('id'),
  },
});
export class Employee extends EmployeeSchema.class {}
EmployeeSchema.setClass(Employee);

/** A NIP or NI PPPK of a person, with the dates in which it holds. */
export const EmployeeNumberSchema = defineEntity({
  name: 'EmployeeNumber',
  properties: {
    number: p.text().primary(),
    employeeId: p.uuid(),
    kind: p.text().$type<'NIP' | 'NI PPPK'>(),
    validFrom: p.date(),
    validTo: p.date().nullable(),
  },
});
export class EmployeeNumber extends EmployeeNumberSchema.class {}
EmployeeNumberSchema.setClass(EmployeeNumber);

/** Who holds a position from when to when: definitively, as Plt or as Plh. */
export const PositionAssignmentSchema = defineEntity({
  name: 'PositionAssignment',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    positionId: p.uuid(),
    employeeId: p.uuid(),
    kind: p.text().$type<'definitif' | 'plt' | 'plh'>().default('definitif'),
    validFrom: p.date(),
    validTo: p.date().nullable(),
    orderNumber: p.text().nullable(),
  },
});
export class PositionAssignment extends PositionAssignmentSchema.class {}
PositionAssignmentSchema.setClass(PositionAssignment);

/** The place where a role is exercised for a unit and all below it; group tasks are addressed to it. */
export const DeskSchema = defineEntity({
  name: 'Desk',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    role: p.text().$type<import('#domain/access/actor.ts').RoleName>(),
    unitId: p.uuid(),
  },
});
export class Desk extends DeskSchema.class {}
DeskSchema.setClass(Desk);

/** Who sits at a desk from when to when. */
export const RoleAssignmentSchema = defineEntity({
  name: 'RoleAssignment',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    employeeId: p.uuid(),
    deskId: p.uuid(),
    validFrom: p.date(),
    validTo: p.date().nullable(),
  },
});
export class RoleAssignment extends RoleAssignmentSchema.class {}
RoleAssignmentSchema.setClass(RoleAssignment);
