import { matterWorkflow } from '#workflows/matter/matter.workflow.ts';
import { DECIDERS_AND_MADE_UP } from './kinds.ts';

/** The one workflow body, with the made-up kinds beside the product's own. */
export const madeUp = matterWorkflow(DECIDERS_AND_MADE_UP);
