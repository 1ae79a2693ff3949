import type { OpeningReceipt } from '#contracts/procedures.contract.ts';
import type { CorrectionData } from '#domain/organisation/correction.ts';
import {
  commonUnit,
  findOpenProcedure,
  findPost,
  searchPosts,
  type PostRow,
} from '#persistence/organisation/corrections.queries.ts';
import { currentPost } from '#persistence/organisation/hierarchy.repository.ts';
import { isInLine, lockEmployee } from '#persistence/organisation/personnel.repository.ts';
import { requireHalfSession } from '../accounts/sign-in.ts';
import { open, signedIn, type RequestContext } from '../http/context.ts';
import { found, Problem } from '../http/problem.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { openProcedure } from '#persistence/procedures/procedures.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { startOpened } from '../procedures/open-procedure.ts';

type Wish = { what: CorrectionData['what']; rightPositionId: string; reason: string };

/** Requests of people about themselves that somebody else decides. */
export const correctionsRoutes = {
  current: signedIn.corrections.current.handler(async ({ context: { em, actor, today } }) => {
    const post = await currentPost(em, actor.employeeId, today);
    return {
      post: present(await findPost(em, post?.positionId ?? null, today)),
      superior: present(await findPost(em, post?.superiorPositionId ?? null, today)),
      openRequestId: await findOpenProcedure(em, 'correctionRequest', actor.employeeId),
    };
  }),
  posts: signedIn.corrections.posts.handler(async ({ input, context }) =>
    (await searchPosts(context.em, input.search, context.today)).map((post) => present(post)!),
  ),
  open: signedIn.corrections.open.handler(({ input, context }) =>
    requestCorrection(context, context.actor.employeeId, input),
  ),

  reportLostFactor: open.corrections.reportLostFactor.handler(async ({ input, context }) => {
    const { employeeId } = await requireHalfSession(context, 'secondFactor');
    const opened = await inTransaction(context.em, async (em) => {
      const employee = found(await lockEmployee(em, employeeId));
      if (await findOpenProcedure(em, 'secondFactorReset', employeeId)) throw new Problem('factorLoss.open');
      return openProcedure(em, {
        kind: 'secondFactorReset',
        subject: input.reason,
        unitId: employee.unitId,
        employeeId,
        openedById: employeeId,
        today: civilDate(Date.now(), 'Asia/Jakarta'),
        data: { reason: input.reason },
      });
    });
    return startOpened(context, opened);
  }),
};

/** The request is stored under the lock of the employee's row: one at a time. It changes nothing until it is accepted. */
async function requestCorrection(
  context: RequestContext,
  employeeId: string,
  { what, rightPositionId, reason }: Wish,
): Promise<OpeningReceipt> {
  const opened = await inTransaction(context.em, async (em) => {
    const employee = found(await lockEmployee(em, employeeId));
    if (!employee.positionId) throw new Problem('personnel.noPosition');
    if (await findOpenProcedure(em, 'correctionRequest', employeeId)) throw new Problem('correction.open');
    const post = found(await findPost(em, employee.positionId, context.today));
    const right = found(await findPost(em, rightPositionId, context.today));
    const wrong = what === 'superior' ? await findPost(em, post.superiorPositionId, context.today) : post;
    if (wrong?.id === right.id) throw new Problem('correction.same');
    if (what === 'superior' && (await isInLine(em, right.id, post.id))) throw new Problem('personnel.ownSuperior');
    const unitId =
      what === 'superior'
        ? employee.unitId
        : ((await commonUnit(em, employee.unitId, right.unitId)) ?? employee.unitId);
    const data: CorrectionData = {
      what,
      fromPositionId: wrong?.id ?? null,
      rightPositionId,
      reason,
      wrong: wordsOf(wrong),
      right: wordsOf(right),
    };
    return openProcedure(em, {
      kind: 'correctionRequest',
      subject: `${data.wrong} → ${data.right}`,
      unitId,
      employeeId,
      openedById: employeeId,
      today: civilDate(Date.now(), 'Asia/Jakarta'),
      data,
    });
  });
  return startOpened(context, opened);
}

const wordsOf = (post: PostRow | null): string =>
  post ? [post.holder, post.title, post.unitName].filter(Boolean).join(', ') : '–';

const present = (post: PostRow | null) =>
  post && { id: post.id, title: post.title, unitName: post.unitName, holder: post.holder };
