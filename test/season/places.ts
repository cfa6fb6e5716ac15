/** Where seasons happen: districts, the counties in them, and the offices that warn there or next door. */
import { divisionName } from '../../shared/warning/divisions.ts';

export interface DistrictPlace {
  id: string;
  adcode: string;
  excludes: string[];
  counties: { adcode: string; coastal: boolean }[];
}

export const DISTRICTS: readonly DistrictPlace[] = [
  {
    id: 'quanzhou',
    adcode: '350500',
    excludes: ['350527'],
    counties: [
      { adcode: '350502', coastal: false },
      { adcode: '350503', coastal: true },
      { adcode: '350521', coastal: true },
      { adcode: '350524', coastal: false },
      { adcode: '350581', coastal: true },
      { adcode: '350582', coastal: true },
    ],
  },
  {
    id: 'xiamen',
    adcode: '350200',
    excludes: [],
    counties: [
      { adcode: '350203', coastal: true },
      { adcode: '350211', coastal: false },
      { adcode: '350212', coastal: false },
    ],
  },
  {
    id: 'nanping',
    adcode: '350700',
    excludes: [],
    counties: [
      { adcode: '350702', coastal: false },
      { adcode: '350781', coastal: false },
    ],
  },
];

/** Divisions next door, whose warnings concern nobody here: a city, a county left out, another province. */
export const NEIGHBOURS = ['350600', '350527', '440500'];

export const PROVINCE = '350000';
export const NATION = '000000';

/** Three letters of a national identifier: who issues. */
export type Department = '416' | '332';

export function officeName(adcode: string, department: Department): string {
  if (adcode === NATION) return '中央气象台';
  const place = divisionName(adcode) ?? adcode;
  // Water offices issue floods together with the observatory.
  return department === '332' ? `${place}水利局、${place}气象台` : `${place}气象台`;
}
