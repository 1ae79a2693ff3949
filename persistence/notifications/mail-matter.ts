import { sql, type Sql } from '../sql.ts';

/* How a row `m` of the outbox points to the matter that it is about. */

/** Joins the matter of a mail as `mt`, and its year, if it is one, as `c`. */
export const JOIN_MATTER = sql`left join matter mt on mt.id = m.matter_id left join cycle c on c.id = mt.id`;

/** Whom the matter concerns. */
export const EMPLOYEE_OF_MATTER = sql`mt.employee_id`;

/** The unit the matter belongs to. */
export const UNIT_OF_MATTER = sql`mt.unit_id`;

/** The year a mail is about; null for all others. */
export const CYCLE_ID = sql`c.id`;

/** Whether a mail is about this matter. */
export const isAbout = (matterId: string): Sql => sql`m.matter_id = ${matterId}`;

/** The matter as JSON, see `MailMatter`; `e` is the person concerned, `p` the post and `pd` the period of a year. */
export const MATTER = sql`case when mt.id is not null then json_build_object('id', mt.id, 'kind', mt.kind, 'subject', coalesce(mt.subject, ''),
    'employeeId', mt.employee_id, 'employeeName', e.name, 'positionTitle', p.title, 'year', c.year,
    'period', case when pd.number is not null then json_build_object('startsOn', pd.starts_on, 'endsOn', pd.ends_on) end) end`;
