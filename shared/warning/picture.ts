/** The pictures by which NMC and CMA show hazard and level. They are chosen by a script and are now and then another warning's. */
import { type Issue, issue } from '../outcome.ts';
import type { Draft } from './compose.ts';
import { hazardIn, pictureEvent } from './hazard.ts';
import { readHeadline } from './headline.ts';
import { pictureLevel } from './level.ts';

/**
 * What `p0007003` adds to a title: hazard and level. A picture of another hazard than the title names belongs to
 * another warning, so neither its hazard nor its level is used.
 */
export function pictured(
  from: { path: string; issues: Issue[] },
  picture: string,
  title: string,
): Pick<Draft, 'event' | 'levels'> {
  const shown = pictureEvent(picture);
  if (shown === null) return { event: null, levels: [] };
  const titled = readHeadline(title).hazard;
  const drawn = shown.name === null ? null : (hazardIn(shown.name)?.hazard ?? null);
  if (titled && drawn && titled !== drawn) {
    from.issues.push(
      issue(
        from.path,
        'picture-conflict',
        'the picture shows another hazard than the title',
        { titled, drawn },
        'warning',
      ),
    );
    return { event: null, levels: [] };
  }
  return { event: shown.name, levels: [pictureLevel(shown.level)] };
}
