/** One season lived and judged. */

import type { Plan } from '../../shared/plan/plan.ts';
import { judgeAllClears } from './all-clear.ts';
import { judgeReminders, judgeSummaries, judgeTexts } from './candidates.ts';
import { type DriveOptions, type Lived, live } from './drive.ts';
import { drawWorld } from './generate.ts';
import {
  judgeDueTimes,
  judgeDuties,
  judgeReasons,
  judgeSilence,
  judgeStaffSms,
  judgeStops,
} from './office.ts';
import { calmOf, type Finding, judgeActivations, judgeEndings, wardsOf } from './oracle.ts';
import { judgeRecord } from './record.ts';
import type { World } from './world.ts';

export interface Verdict {
  seed: number;
  sms: number;
  crashes: number;
  faults: number;
  findings: Finding[];
}

export async function judgeSeed(seed: number, plan: Plan): Promise<Verdict> {
  return await judgeWorld(drawWorld(seed), plan);
}

export async function judgeWorld(world: World, plan: Plan, options: DriveOptions = {}): Promise<Verdict> {
  return await judgeLived(await live(world, plan, options));
}

export async function judgeLived(lived: Lived): Promise<Verdict> {
  const calm = calmOf(lived);
  const wards = await wardsOf(lived);
  const findings = wards.flatMap((ward) => [
    ...judgeActivations(ward, calm),
    ...judgeEndings(ward),
    ...judgeReminders(lived, ward, calm),
    ...judgeSummaries(lived, ward, calm),
    ...judgeAllClears(lived, ward, calm),
    ...judgeDuties(lived, ward, calm),
    ...judgeDueTimes(lived, ward),
    ...judgeSilence(ward, calm),
    ...judgeStaffSms(ward),
    ...judgeReasons(lived, ward),
    ...judgeStops(lived, ward),
  ]);
  findings.push(...judgeTexts(lived, wards, calm), ...(await judgeRecord(lived, wards)));
  return {
    seed: lived.world.seed,
    sms: lived.carrier.outbox.length,
    ...lived.mishaps,
    findings: findings.sort((a, b) => a.at - b.at),
  };
}
