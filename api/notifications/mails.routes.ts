import { findMail, resendMail, searchMails } from '#persistence/notifications/mails.queries.ts';
import { allows, requireAllowed, requireSome } from '../access/ability.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { signedIn } from '../http/context.ts';
import { readCursor, TIMESTAMP, UUID, writeCursor } from '../http/cursor.ts';
import { notFound, Problem } from '../http/problem.ts';

export const mailsRoutes = {
  mails: signedIn.administration.mails.handler(async ({ input, context }) => {
    requireSome(context.ability, 'read', 'Mail');
    const after = readCursor(input.cursor, { createdAt: TIMESTAMP, id: UUID });
    const { items, next } = await searchMails(
      context.em,
      accessibleBy(context.ability, 'read', 'Mail'),
      input,
      after,
      input.limit,
    );
    return { items, nextCursor: writeCursor(next) };
  }),
  resendMail: signedIn.administration.resendMail.handler(async ({ input, context }) => {
    const mail = await findMail(context.em, input.id);
    if (!mail || !allows(context.ability, 'read', 'Mail', mail)) throw notFound();
    requireAllowed(context.ability, 'administer', 'Mail', mail);
    if (!(await resendMail(context.em, input.id))) throw new Problem('mail.notResendable', { state: mail.state });
    return { queued: true as const };
  }),
};
