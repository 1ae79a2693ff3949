import { sql, type Sql } from '../sql.ts';

/*
 * How a row `m` of the outbox points to the year or the procedure that it is about. This is the only place that reads these columns;
 * `mails.repository.ts` writes them.
 */

/** Joins the matter of a mail: `c` is its year or `pr` its procedure. */
export const JOIN_MATTER = sql`left join cycle c on c.id = m.cycle_id left join procedure pr on pr.id = m.procedure_id`;

/** Whom the matter concerns. */
export const EMPLOYEE_OF_MATTER = sql`coalesce(c.employee_id, pr.employee_id)`;

/** The unit the matter belongs to. */
export const UNIT_OF_MATTER = sql`coalesce(c.unit_id, pr.unit_id)`;

/** The year a mail is about; null for all others. */
export const CYCLE_ID = sql`c.id`;

/** Whether a mail is about this matter. */
export const isAbout = (matterId: string): Sql => sql`(m.cycle_id = ${matterId} or m.procedure_id = ${matterId})`;

/** The matter as JSON, see `MailMatter`; `e` is the person concerned, `p` the post and `pd` the period of a year. */
export const MATTER = sql`case
    when c.id is not null then json_build_object('id', c.id, 'kind', 'performanceCycle', 'subject', '', 'employeeId', c.employee_id,
      'employeeName', e.name, 'positionTitle', p.title, 'year', c.year,
      'period', case when pd.number is not null then json_build_object('startsOn', pd.starts_on, 'endsOn', pd.ends_on) end)
    when pr.id is not null then json_build_object('id', pr.id, 'kind', pr.kind, 'subject', pr.subject, 'employeeId', pr.employee_id,
      'employeeName', e.name, 'positionTitle', null, 'year', null, 'period', null) end`;
