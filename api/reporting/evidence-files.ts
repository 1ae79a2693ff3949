import { Router } from 'express';
import { z } from 'zod';
import { Uuid } from '#contracts/primitives.ts';
import {
  addEvidence,
  countEvidence,
  findEvidence,
  findOwnPeriodState,
} from '#persistence/reporting/evidence.repository.ts';
import { giveFile } from '../files/give-file.ts';
import { uploadPurpose } from '../files/upload-purpose.ts';
import { signedInRequest, type Dependencies } from '../http/context.ts';
import { UUID } from '../http/cursor.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { requireVisibleCycle } from '../cycles/cycle.presenter.ts';

const MAX_FILES_PER_PERIOD = 50;

/** Files that prove a realisation: of one's own open period. */
export const reportEvidence = uploadPurpose({
  name: 'reportEvidence',
  data: z.object({ cycleId: Uuid, periodNo: z.coerce.number().int(), indicatorId: z.string().max(40).optional() }),
  async claim({ em, actor }, { cycleId, periodNo, indicatorId }) {
    const state = await findOwnPeriodState(em, cycleId, periodNo, actor.employeeId);
    if (state === null) throw notFound();
    if (state !== 'open' || (await countEvidence(em, cycleId, periodNo)) >= MAX_FILES_PER_PERIOD)
      throw new Problem('evidence.periodClosed');
    return { cycleId, periodNo, indicatorId: indicatorId || null };
  },
  write: ({ em, actor }, claim, { fileName, mediaType, sizeBytes, sha256, storageKey }) =>
    addEvidence(em, { ...claim, employeeId: actor.employeeId, fileName, mediaType, sizeBytes, sha256, storageKey }),
});

/** Evidence goes out to those who may see the cycle. */
export function evidenceRoutes(deps: Dependencies): Router {
  const router = Router();
  router.get('/api/evidence/:id/file', async (request, response) => {
    const reader = await signedInRequest(deps, request, response);
    if (!UUID.test(request.params.id)) throw notFound();
    const file = found(await findEvidence(reader.em, request.params.id));
    await requireVisibleCycle(reader, file.cycleId);
    await giveFile(response, deps, file);
  });
  return router;
}
