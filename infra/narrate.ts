/** The record as it grows, in lines that a person reads in a terminal. */
import type { Effect } from '../shared/activation/events.ts';
import { open } from '../shared/activation/seal.ts';
import {
  audienceSentence,
  decisionSentence,
  HOLD_NAMES,
  KIND_NAMES,
  levelName,
} from '../shared/activation/sentence.ts';
import type { Ports } from '../shared/io/ports.ts';
import type { Exam } from '../shared/plan/exam.ts';
import { catchUp, chainOf, events } from '../shared/stages/chain.ts';
import { iso } from '../shared/time.ts';
import type { Scenario } from './scenario.ts';

/** How often the record is looked at for news. */
const EVERY_MS = 300;

export async function narrate(
  ports: Ports,
  { exam }: Scenario,
  say: (line: string) => void,
  isOver: () => boolean,
): Promise<void> {
  const told = new Map<string, number>();
  for (const district of exam.districts) {
    const chain = chainOf(exam.id, district.id);
    told.set(chain, (await catchUp(ports.store, chain)).seq);
  }
  while (!isOver()) {
    for (const [chain, seq] of told) {
      for await (const sealed of events(ports.store, chain, seq)) {
        const { at, effects } = open(sealed);
        const when = iso(at, exam.timeZone).slice(5, 16).replace('T', ' ');
        for (const effect of effects) {
          const line = sentence(effect, exam);
          if (line !== null) say(`${when}  ${line}`);
        }
        told.set(chain, sealed.seq);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

/** Null for what a person at a terminal need not see line by line. */
function sentence(effect: Effect, exam: Exam): string | null {
  switch (effect.kind) {
    case 'reason':
      return `● ${decisionSentence(effect, exam.timeZone)}`;
    case 'activation-level':
      return `  最高预警级别：${levelName(effect.level)}`;
    case 'notice': {
      const { no, kind, level } = effect.notice;
      const held = effect.hold ? `，${HOLD_NAMES[effect.hold.for]}` : '';
      const colour = level === null ? '' : `${levelName(level)} `;
      return `  → 第${no}号 ${KIND_NAMES[kind]} ${colour}→ ${audienceSentence(effect.notice, exam)}${held}`;
    }
    case 'notice-released':
      return `  → 第${effect.no}号 开始发送`;
    case 'notice-stopped':
      return `  ✕ 第${effect.no}号 停止`;
    case 'notice-closed': {
      const { audience, delivered, sent, undelivered, rejected, unknown, suppressed, expired } =
        effect.counts;
      const rest = undelivered + rejected + suppressed + expired;
      const unsure = unknown > 0 ? `，不明 ${unknown}` : '';
      return `  ✓ 第${effect.no}号 结清：${audience} 人，送达 ${delivered}，已发 ${sent}${unsure}，未达 ${rest}`;
    }
    case 'feed-silent':
      return `⚠ 来源中断：${effect.feed}，不代表没有预警`;
    case 'feed-healed':
      return `  来源恢复：${effect.feed}`;
    case 'ended':
      return '● 应急处置结束';
    default:
      return null;
  }
}
