/** What a reading said, in the JSON of the command line: every instant as ISO 8601 at Beijing's offset. */
import { iso } from '../shared/time.ts';
import { warningJson } from '../shared/warning/parse.ts';
import type { Parsed } from '../shared/warning/warning.ts';

export function parsedJson(parsed: Parsed): Record<string, unknown> {
  const { state, reason, warnings, typhoons, entries, issues } = parsed;
  return {
    state,
    reason,
    warnings: warnings.map(warningJson),
    typhoons: typhoons.map((typhoon) => ({
      ...typhoon,
      points: typhoon.points.map((point) => ({ ...point, at: iso(point.at) })),
      forecast: typhoon.forecast.map((point) => ({ ...point, at: iso(point.at), baseAt: iso(point.baseAt) })),
      landfalls: typhoon.landfalls.map((landfall) => ({ ...landfall, at: iso(landfall.at) })),
    })),
    entries: entries.map(({ id, link, updatedAt }) => ({
      id,
      link,
      updated: updatedAt === null ? null : iso(updatedAt),
    })),
    issues,
  };
}
