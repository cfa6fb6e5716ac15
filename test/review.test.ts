/** How an activation went: the figures that an office looks at when it is over. */
import { describe, expect, test } from 'vitest';
import { figuresOf } from '../shared/activation/review.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import { on, story } from './story.ts';

describe('the figures of an activation', () => {
  const start = on('20 09:00');
  const one = story(start);
  one.hear({ level: 'orange', issuedAt: start - 5 * MINUTE });
  one.until(start + 4 * MINUTE);
  one.act('commander', { does: 'acknowledge', task: 'command-brief' });
  one.until(start + 10 * MINUTE);
  one.act('duty-officer', { does: 'done', task: 'duty' });
  one.until(start + 30 * MINUTE);
  one.act('site-lead', { does: 'done', task: 'duty' }, 'S1');
  const [activation] = one.state.activations;
  const sms = { first: start + MINUTE, last: start + 9 * MINUTE };
  const figures = figuresOf(one.state, activation!, sms, start + HOUR);

  test('count from the issue of the warning, and to the first and the last SMS.', () => {
    expect(figures).toMatchObject({
      warningToActivation: 5 * MINUTE,
      activationToFirstSms: MINUTE,
      activationToLastSms: 9 * MINUTE,
    });
    expect(figuresOf(one.state, activation!, null, start)).toMatchObject({
      activationToFirstSms: null,
      activationToLastSms: null,
    });
  });

  test('say how many answered, and how soon in the middle.', () => {
    expect([figures.acknowledged, figures.medianToAcknowledge]).toEqual([3, 10 * MINUTE]);
    expect(figures.tasks).toBe(activation!.tasks.size);
  });

  test('name the steps that were late or are undone, and by how much at worst.', () => {
    const [brief, duty] = ['command-brief', 'duty'].map((id) => figures.gaps.find(({ step }) => step === id));
    // Acknowledged is answered; not done is not done.
    expect(brief).toMatchObject({ tasks: 1, late: 0, undone: 1, worst: 45 * MINUTE });
    expect(duty).toMatchObject({ tasks: 3, late: 2, undone: 1, worst: 45 * MINUTE });
    expect(figures.late).toBe(2);
  });
});
