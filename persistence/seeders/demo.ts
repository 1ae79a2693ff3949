import type { EntityManager } from '@mikro-orm/postgresql';
import { yearOf, type CalendarDate } from '#domain/calendar/calendar-date.ts';
import { inTransaction } from '../transaction.ts';
import type { RosterResult } from '../organisation/roster.repository.ts';
import { seedDemoAgency } from './demo-agency.ts';
import { demoCampaign } from './demo-campaign.ts';
import { seedPolicy } from './demo-policy.ts';
import { demoTrainings } from './demo-trainings.ts';

/** Fills an empty database with everything of the demo, all of it or nothing; returns what became of the roster's rows. */
export const seedDemo = (em: EntityManager, passwordHash: string, today: CalendarDate): Promise<RosterResult> =>
  inTransaction(em, async (inner) => {
    const result = await seedDemoAgency(inner, passwordHash, today);
    await seedPolicy(inner, yearOf(today));
    await demoCampaign(inner, yearOf(today));
    await demoTrainings(inner);
    return result;
  });
