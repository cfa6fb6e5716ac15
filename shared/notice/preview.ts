/** Every text of the catalogue as one exam would send it, at the longest values that the exam and its plan can bring. */
import type { Exam } from '../plan/exam.ts';
import type { Plan } from '../plan/plan.ts';
import { dayTime } from '../time.ts';
import { COLOURS, FEEDS } from '../warning/warning.ts';
import type { NoticeKind } from './notice.ts';
import { renderNotice } from './render.ts';
import {
  nameSlot,
  newTimeSlot,
  postSlot,
  reasonSlot,
  responseSlot,
  type SlotName,
  sessionSlot,
  shortIssuer,
  sourceSlot,
  warningSlot,
} from './slots.ts';
import { reminderTemplate, slotsFor, TEMPLATES, type Template } from './templates.ts';
import { smsParts, units } from './text.ts';

/** What an officer enters with a measure, at its longest. */
const ENTERED = { 区域: '全市沿海地区', 措施: '停课停工停产停运', 路段: 'G324国道某路段' };

export interface Preview {
  template: string;
  kind: NoticeKind;
  text: string;
  units: number;
  parts: number;
}

/** Without the texts that say what neither exam nor plan ever brings, as of a hazard that starts nothing. */
export function previews(exam: Exam, plan: Plan): Preview[] {
  return TEMPLATES.flatMap((template) => {
    const slots = slotsFor(template.id, longest(valuesOf(exam, plan, template)));
    if (template.slots.some((slot) => slots[slot] === undefined)) return [];
    const text = renderNotice({ template: template.id, slots, siteSlots: {} }, null, exam);
    return [{ template: template.id, kind: template.kind, text, units: units(text), parts: smsParts(text) }];
  });
}

function longest(values: Record<SlotName, string[]>): Partial<Record<SlotName, string>> {
  const pick = (all: string[]): string | undefined => all.toSorted((a, b) => units(b) - units(a))[0];
  return Object.fromEntries(Object.entries(values).map(([slot, all]) => [slot, pick(all)]));
}

/** What each slot can say. */
function valuesOf(exam: Exam, plan: Plan, template: Template): Record<SlotName, string[]> {
  const { sites, sessions, timeZone } = exam;
  const warnings = plan.triggers
    .flatMap(({ hazards }) => hazards.flatMap((hazard) => COLOURS.map((level) => ({ hazard, level }))))
    .filter(
      ({ hazard, level }) =>
        template.kind !== 'candidate-reminder' || reminderTemplate(hazard, level) === template.id,
    )
    .map(({ hazard, level }) => warningSlot(hazard, level, 'signal'));
  const issuers = sites.flatMap(({ adcode }) =>
    [`${adcode.slice(0, 2)}0000`, `${adcode.slice(0, 4)}00`, adcode].map((of) => shortIssuer(of, '气象台')),
  );
  const dates = sessions.map(({ admitFrom }) => dayTime(admitFrom, timeZone));
  const papers = sessions.map((session) => sessionSlot(session, timeZone));
  const names = sites.map(({ name }) => nameSlot('考点', name));
  const words = [...plan.steps, ...plan.playbooks].map((each) => each.words);
  const said = (slot: SlotName): string[] => words.flatMap((each) => each[slot] ?? []);
  return {
    机构: issuers,
    时间: dates,
    预警: warnings,
    场次: papers,
    考点: names,
    数: [String(sites.length)],
    人数: [String(sites.reduce((sum, { seats }) => sum + seats, 0))],
    截止: dates,
    码: ['0000'],
    岗位: plan.steps.flatMap(({ tasks }) => tasks.map(({ post }) => postSlot(post))),
    事项: plan.steps.map(({ title }) => nameSlot('事项', title)),
    号: ['0000'],
    源: FEEDS.map(sourceSlot),
    原因: [reasonSlot('silent')],
    报告: said('报告'),
    对象: said('对象'),
    区域: [ENTERED.区域],
    措施: [ENTERED.措施],
    路段: [ENTERED.路段],
    字段: ['预警级别'],
    正值: [...warnings, ...names],
    新时间: sessions.map(({ startsAt }) => newTimeSlot(startsAt, timeZone)),
    地点: sites.flatMap(({ shelters }) => shelters.map(({ name }) => nameSlot('地点', name))),
    响应: COLOURS.map((colour) => responseSlot('typhoon', colour)),
  };
}
