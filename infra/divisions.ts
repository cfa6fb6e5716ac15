/**
 * Writes `shared/warning/data/divisions.json`: every province and prefecture, and the counties of the provinces
 * we serve. Run by hand when the divisions change: `node infra/divisions.ts`.
 */
import { writeFileSync } from 'node:fs';
import { areaList } from '@vant/area-data';

/** Provinces whose counties the warnings must be placed in. */
const COUNTIES_OF = ['35'];

const { province_list: provinces, city_list: cities, county_list: counties } = areaList;
const ours = Object.entries(counties).filter(([code]) => COUNTIES_OF.includes(code.slice(0, 2)));
// 省直辖县 stands for "directly under the province" and is nobody's name.
const named = Object.entries(cities).filter(([, name]) => name !== '省直辖县');
const divisions = Object.fromEntries([...Object.entries(provinces), ...named, ...ours].sort());

const target = new URL('../shared/warning/data/divisions.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(divisions, null, 2)}\n`);
