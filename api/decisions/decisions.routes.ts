import { signedIn } from '../http/context.ts';
import { decideTask, receiptOf } from './decide-task.ts';

export const decisionsRoutes = {
  decide: signedIn.decisions.decide.handler(({ input, context }) => decideTask(context, input)),
  receipt: signedIn.decisions.receipt.handler(({ input, context }) => receiptOf(context, input.commandId)),
};
