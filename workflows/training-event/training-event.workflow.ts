import { allHandlersFinished, ApplicationFailure, condition, proxyActivities, setHandler } from '@temporalio/workflow';
import type { EventPlan, TrainingActivities } from '#activities/training/training.contract.ts';
import type { CommandReply } from '#domain/process/reply.ts';
import { ACTIVITY_QUEUE, TRAINING_UPDATES } from '#domain/process/names.ts';
import { createTurns } from '../turns.ts';
import {
  trainingAgenda,
  trainingUpdates,
  type TrainingCommandRef,
  type TrainingEventInput,
} from './training-event.messages.ts';

const activities = proxyActivities<TrainingActivities>({
  taskQueue: ACTIVITY_QUEUE,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/**
 * The life of a training event: invite, remind, open and close the check-in, remind those missing, issue certificates. Each step is one
 * activity and one transaction, which also says what comes next; the organiser's changes and cancellation come as updates.
 */
export async function trainingEvent({ eventId }: TrainingEventInput): Promise<void> {
  let agenda: EventPlan['agenda'] = [];
  const { inTurn } = createTurns();
  let isOver = false;

  for (const update of TRAINING_UPDATES)
    setHandler(trainingUpdates[update], (command) => inTurn(() => carryOut(command)), { validator: refuseWhenOver });
  setHandler(trainingAgenda, () => agenda);

  await inTurn(async () => take(await activities.planTrainingEvent({ eventId })));
  while (!isOver) {
    const next = agenda[0]!;
    const changed = (): boolean => isOver || agenda[0] !== next;
    const wait = next.at - Date.now();
    if (wait > 0 && (await condition(changed, wait))) continue;
    await inTurn(async () => {
      if (!changed()) take(await activities.takeTrainingStep({ eventId, step: next.step, at: Date.now() }));
    });
  }
  await condition(allHandlersFinished);

  function take(plan: EventPlan): void {
    agenda = plan.agenda;
    isOver = agenda.length === 0;
  }

  async function carryOut({ commandId }: TrainingCommandRef): Promise<CommandReply> {
    const { reply, plan } = await activities.carryOutTrainingCommand({ eventId, commandId, at: Date.now() });
    take(plan);
    return reply;
  }

  /** Refused without a trace in history. */
  function refuseWhenOver(_command: TrainingCommandRef): void {
    if (isOver) throw ApplicationFailure.nonRetryable('the event is over', 'training.event.over');
  }
}
