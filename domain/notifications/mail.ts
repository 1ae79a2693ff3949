/** E-mails the product sends; each has a subject, an HTML and a text template per locale. */
export type MailTemplate = 'task-assigned' | 'reminder' | 'escalation' | 'reassigned' | 'returned' | 'result' | 'account-notice' | 'password-reset';

export const MAIL_TEMPLATES: readonly MailTemplate[] = ['task-assigned', 'reminder', 'escalation', 'reassigned', 'returned', 'result', 'account-notice', 'password-reset'];

/**
 * Mails that are sent again when it is not known whether they went out. The others (a reminder that a later one
 * repeats anyway) are dropped in that case.
 */
export const MUST_ARRIVE: ReadonlySet<MailTemplate> = new Set(['task-assigned', 'reassigned', 'returned', 'result', 'escalation', 'account-notice', 'password-reset']);
