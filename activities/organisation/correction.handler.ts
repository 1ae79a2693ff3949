import type { CorrectionData } from '#domain/organisation/correction.ts';
import {
  changeSuperior,
  findPosition,
  isInLine,
  lockEmployee,
  transfer,
  type PersonnelAct,
} from '#persistence/organisation/personnel.repository.ts';
import type { Outcome, Refused } from '../matters/handler.ts';
import type { ProcedureDecisionContext, ProcedureHandler } from '../procedures/procedure-handler.ts';

type Effect = Pick<Outcome, 'story'> | Refused;

/**
 * A correction of somebody's superior or unit. Accepted, the change is made by the same code as an act of the administration, with its audit line and its
 * messages to running cycles; what the register says by then is checked again.
 */
export const correctionRequest: ProcedureHandler = {
  async decided(context) {
    return context.outcome === 'granted' ? correct(context) : {};
  },
};

async function correct(context: ProcedureDecisionContext): Promise<Effect> {
  const { em, matter, actorId, today } = context;
  const { what, rightPositionId, fromPositionId, reason } = matter.data as CorrectionData;
  const employee = await lockEmployee(em, matter.employeeId);
  if (!employee || ['pensiun', 'meninggal', 'berhenti'].includes(employee.status))
    return { refusal: 'personnel.notActive' };
  if (!employee.positionId) return { refusal: 'personnel.noPosition' };
  const act: PersonnelAct = { employeeId: employee.id, effectiveOn: today, reason, actorId };
  return what === 'superior'
    ? underSuperior(context, act, employee.positionId, rightPositionId)
    : toPost(context, act, employee.positionId === fromPositionId ? employee.positionId : null, rightPositionId);
}

async function underSuperior(
  { em, acceptedAt }: ProcedureDecisionContext,
  act: PersonnelAct,
  positionId: string,
  superiorPositionId: string,
): Promise<Effect> {
  const superior = await findPosition(em, superiorPositionId);
  if (!superior) return { refusal: 'correction.outdated' };
  if (await isInLine(em, superior.id, positionId)) return { refusal: 'personnel.ownSuperior' };
  await changeSuperior(em, { ...act, positionId, superiorPositionId });
  return { story: [{ kind: 'superiorCorrected', at: acceptedAt, data: { to: superiorPositionId } }] };
}

async function toPost(
  { em, acceptedAt }: ProcedureDecisionContext,
  act: PersonnelAct,
  fromPositionId: string | null,
  toPositionId: string,
): Promise<Effect> {
  const target = await findPosition(em, toPositionId);
  if (!target || !fromPositionId) return { refusal: 'correction.outdated' };
  if (target.isHeldDefinitively) return { refusal: 'personnel.positionHeld' };
  await transfer(em, { ...act, fromPositionId, toPositionId, toUnitId: target.unitId });
  return { story: [{ kind: 'unitCorrected', at: acceptedAt, data: { to: toPositionId } }] };
}
