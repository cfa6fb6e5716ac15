/** What each reason carries for whoever reads the record: who saw what, where, and how long before the exam. */
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../shared/time.ts';
import { area, on, story } from './story.ts';

describe('what a reason says', () => {
  const at = on('20 12:00');
  const one = story(at);
  const heard = one.hear({ level: 'orange' });
  one.ask();
  one.jump(at + 5 * MINUTE);
  const low = one.hear({ hazard: 'gale', hazardText: '大风', level: 'blue' });
  one.ask();
  const end = one.lift(heard);
  one.jump(at + HOUR);
  const said = one.events.flatMap(({ effects }) => effects).filter(({ kind }) => kind === 'reason');
  const seen = { issuer: '350500气象台', issuedAt: at, feeds: ['gjzwfw'], sites: 2, baseline: true };
  const typhoon = { ...seen, hazard: 'typhoon', hazardText: '台风', level: 'orange' };
  const begun = { kind: 'reason', activationId: 'fk-qz-01' };

  test('What starts the plan: the clause, the activation, and who saw what, where and how long before the exam.', () => {
    expect(said[0]).toEqual({
      ...begun,
      warningId: heard.id,
      reason: 'activate',
      clause: '四(二)1⑴',
      evidence: { ...typhoon, hoursToFirst: 21 },
    });
  });

  test('What is only recorded: no clause and no activation, and that the feed was known before.', () => {
    const gale = { hazard: 'gale', hazardText: '大风', level: 'blue', issuedAt: at + 5 * MINUTE };
    expect(said[1]).toEqual({
      kind: 'reason',
      warningId: low.id,
      reason: 'below-threshold',
      clause: null,
      activationId: null,
      evidence: { ...seen, ...gale, baseline: false, hoursToFirst: 20.9 },
    });
  });

  test('What may join an activation and not begin one: that it may.', () => {
    const other = story(at);
    const national = other.hear({ issuer: '000000', areas: [area('350500')], level: 'red' });
    const [effect] = other.ask();
    expect(effect).toMatchObject({
      warningId: national.id,
      reason: 'below-threshold',
      evidence: { attachOnly: true },
    });
    expect(said[1]).not.toHaveProperty('evidence.attachOnly');
  });

  test('What an end leaves behind is named without a clause, the end itself with one.', () => {
    expect(said.slice(2)).toMatchObject([
      { ...begun, warningId: heard.id, reason: 'superseded', clause: null },
      { ...begun, warningId: end.id, reason: 'cancel', clause: '四(二)1⑴' },
    ]);
  });
});
