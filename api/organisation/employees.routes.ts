import { accessibleBy } from '../http/accessible-by.ts';
import { requireSome } from '../access/ability.ts';
import { ANY_TEXT, readCursor, UUID, writeCursor } from '../http/cursor.ts';
import { signedIn } from '../http/context.ts';
import { listEmployees, listUnits, searchPositions } from '#persistence/organisation/employees.queries.ts';
import type { EmployeeRow } from '#contracts/administration.contract.ts';
import type { z } from 'zod';

type Employees = { items: z.infer<typeof EmployeeRow>[]; nextCursor: string | null };

export const employeesRoutes = {
  units: signedIn.administration.units.handler(({ context }) => {
    requireSome(context.ability, 'read', 'Unit');
    return listUnits(context.em);
  }),
  positions: signedIn.administration.positions.handler(({ input, context }) => {
    requireSome(context.ability, 'administer', 'Employee');
    return searchPositions(
      context.em,
      accessibleBy(context.ability, 'administer', 'Employee'),
      input.search,
      context.today,
    );
  }),
  employees: signedIn.administration.employees.handler(async ({ input, context }): Promise<Employees> => {
    const after = readCursor(input.cursor, { name: ANY_TEXT, id: UUID });
    const { items, next } = await listEmployees(
      context.em,
      accessibleBy(context.ability, 'read', 'Employee'),
      input,
      after,
      input.limit,
      context.today,
    );
    return { items: items satisfies Employees['items'], nextCursor: writeCursor(next) };
  }),
};
