import {
  acceptCommand,
  isOwnCommand,
  type AcceptedCommand,
  type NewCommand,
} from '#persistence/commands/commands.repository.ts';
import type { SignedInContext } from '../http/context.ts';
import { Problem } from '../http/problem.ts';

/**
 * The rule for every command with an id: it is stored once (that commit is the receipt), and whoever sends their own one again gets that receipt, whatever
 * they may see and do by now. Only a new one must be allowed; an id that stands for something else or for another person is refused.
 *
 * What `requireAllowed` looks at is read before this is called: a command that is stored in between is then found here.
 */
export async function acceptOnce(
  { em, actor }: SignedInContext,
  command: Omit<NewCommand, 'actorId'>,
  requireAllowed: () => void | Promise<void>,
): Promise<AcceptedCommand> {
  if (!(await isOwnCommand(em, command.id, actor.employeeId))) await requireAllowed();
  const { command: accepted, isReused } = await acceptCommand(em, { ...command, actorId: actor.employeeId });
  if (isReused) throw new Problem('process.commandReused');
  return accepted;
}
