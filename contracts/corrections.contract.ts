import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Uuid } from './primitives.ts';
import { OpeningReceipt } from './procedures.contract.ts';

const reason = z.string().trim().min(10, 'reason.tooShort').max(2000);

const PostView = z.object({ id: Uuid, title: z.string(), unitName: z.string(), holder: z.string().nullable() });

/** "My superior or unit is wrong" and "I lost my second factor": requests that open a procedure. */
export const correctionsContract = {
  /** What the register says of oneself, to see what is wrong. */
  current: oc
    .route({ method: 'GET', path: '/corrections/current', summary: 'Own post, unit and superior' })
    .output(z.object({ post: PostView.nullable(), superior: PostView.nullable(), openRequestId: Uuid.nullable() })),
  /** Posts to choose from, best matches first. */
  posts: oc
    .route({ method: 'GET', path: '/corrections/posts', summary: 'Posts, to choose the right one' })
    .input(z.object({ search: z.string().trim().min(2).max(100) }))
    .output(z.array(PostView)),
  /** `superior`: the post of the right superior; `unit`: the post one really holds. 409 `correction.open`, `correction.same`. */
  open: oc
    .route({ method: 'POST', path: '/corrections', summary: 'Ask for a correction', successStatus: 202 })
    .input(z.object({ what: z.enum(['superior', 'unit']), rightPositionId: Uuid, reason }))
    .output(OpeningReceipt),
  /** For somebody who gave the right password and cannot show the second factor. Two persons have to agree. */
  reportLostFactor: oc
    .route({
      method: 'POST',
      path: '/session/second-factor/loss',
      summary: 'Ask two persons to remove a lost second factor',
      successStatus: 202,
    })
    .input(z.object({ reason }))
    .output(OpeningReceipt),
};
