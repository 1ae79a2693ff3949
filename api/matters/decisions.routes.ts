import { signedIn } from '../http/context.ts';
import type { Checks } from './checks.ts';
import { decideTask, receiptOf } from './decide-task.ts';

/** Decisions on tasks of any matter; `checks` are what the stages ask of theirs. */
export const decisionsRoutes = (checks: Checks) => ({
  decide: signedIn.decisions.decide.handler(({ input, context }) => decideTask(context, input, checks)),
  receipt: signedIn.decisions.receipt.handler(({ input, context }) => receiptOf(context, input.commandId)),
});
