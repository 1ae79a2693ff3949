import { oc } from '@orpc/contract';
import { z } from 'zod';
import { OpeningReceipt } from './procedures.contract.ts';
import { Instant, Uuid } from './primitives.ts';
import { Stage } from './work.schemas.ts';
import {
  Finding,
  MoveItem,
  MoveRow,
  PreviewPage,
  RulePreview,
  RuleSetContent,
  RuleSetDraftSummary,
  RuleSetDraftView,
  RuleSetSummary,
} from './rule-sets.schemas.ts';

const scope = {
  ruleSetId: Uuid,
  fromRuleSetId: Uuid.nullable().default(null),
  unitId: Uuid,
  stage: Stage.exclude(['finished']).nullable().default(null),
};
const one = z.object({ id: Uuid });

export const ruleSetsContract = {
  register: oc
    .route({ method: 'GET', path: '/rule-set-register', summary: 'Rule sets with their versions, and drafts' })
    .output(z.object({ sets: z.array(RuleSetSummary), drafts: z.array(RuleSetDraftSummary) })),
  one: oc
    .route({ method: 'GET', path: '/rule-sets/{id}', summary: 'A rule set' })
    .input(one)
    .output(RuleSetSummary.extend({ content: RuleSetContent })),
  createDraft: oc
    .route({ method: 'POST', path: '/rule-set-drafts', summary: 'Copy a rule set into a draft' })
    .input(z.object({ basedOnId: Uuid }))
    .output(RuleSetDraftView),
  draft: oc
    .route({ method: 'GET', path: '/rule-set-drafts/{id}', summary: 'A draft with what is wrong with it' })
    .input(one)
    .output(RuleSetDraftView),
  saveDraft: oc
    .route({
      method: 'PUT',
      path: '/rule-set-drafts/{id}',
      summary: 'Save a draft on top of a version; 409 `draft.conflict` when somebody saved in between',
    })
    .input(one.extend({ version: z.number().int(), content: RuleSetContent }))
    .output(z.object({ version: z.number().int(), updatedAt: Instant, findings: z.array(Finding) })),
  submitDraft: oc
    .route({
      method: 'POST',
      path: '/rule-set-drafts/{id}/submission',
      summary: 'Hand in a draft for approval by two persons',
    })
    .input(one)
    .output(OpeningReceipt),
  withdrawDraft: oc
    .route({ method: 'DELETE', path: '/rule-set-drafts/{id}', summary: 'Withdraw a draft' })
    .input(one)
    .output(z.object({ withdrawn: z.literal(true) })),
  previewDraft: oc
    .route({ method: 'GET', path: '/rule-set-drafts/{id}/preview', summary: 'What a draft would change' })
    .input(PreviewPage.extend({ id: Uuid }))
    .output(RulePreview),
  moves: oc
    .route({ method: 'GET', path: '/rule-set-moves', summary: 'Moves of running cycles to another rule set' })
    .output(z.array(MoveRow)),
  previewMove: oc
    .route({
      method: 'POST',
      path: '/rule-set-moves/preview',
      summary: 'What a move would change, and which cycles it would refuse',
    })
    .input(PreviewPage.omit({ unitId: true }).extend(scope))
    .output(RulePreview),
  openMove: oc
    .route({ method: 'POST', path: '/rule-set-moves', summary: 'Move running cycles to another rule set' })
    .input(
      z.object({
        ...scope,
        reason: z.string().trim().min(10, 'reason.tooShort').max(2000),
        ratePerSecond: z.number().int().min(1).max(100).default(20),
      }),
    )
    .output(MoveRow),
  move: oc
    .route({ method: 'GET', path: '/rule-set-moves/{id}', summary: 'Progress of a move and what became of each cycle' })
    .input(
      one.extend({
        state: z.enum(['planned', 'sent', 'moved', 'refused']).optional(),
        offset: z.coerce.number().int().min(0).default(0),
      }),
    )
    .output(z.object({ move: MoveRow, items: z.array(MoveItem), nextOffset: z.number().int().nullable() })),
  pauseMove: oc
    .route({ method: 'POST', path: '/rule-set-moves/{id}/pause', summary: 'Pause a move' })
    .input(one)
    .output(MoveRow),
  resumeMove: oc
    .route({ method: 'POST', path: '/rule-set-moves/{id}/resume', summary: 'Resume a move' })
    .input(one)
    .output(MoveRow),
};
