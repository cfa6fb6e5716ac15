/** Bounds that more than one room keeps. Each has a unit and a reason; a room's own bounds stand in that room. */
import { HOUR, SECOND } from './time.ts';

/** Bytes of one answer of a feed. The largest real one is 1.7 MB (a CAP document with 1,400 polygons). */
export const READING_BYTES_MAX = 5 * 1024 * 1024;

/** People in a slice: one item of ids stays far below DynamoDB's 400 KB, and a stop takes effect within one. */
export const SLICE_PEOPLE_MAX = 500;

/** Bytes of one event's canonical JSON: half of DynamoDB's item limit, so that an item with its keys always fits. */
export const EVENT_BYTES_MAX = 200 * 1024;

/** How long a claim belongs to its worker. Longer than any publish may take, short enough to retry before a deadline. */
export const LEASE_MS = 60 * SECOND;

/** Time limit of one publish; with less lease left than this nothing is published. */
export const PUBLISH_TIMEOUT_MS = 5 * SECOND;

/** How long a receipt may settle an unknown action SMS before it is re-opened once. */
export const UNKNOWN_SETTLES_MS = 120 * SECOND;

/** How long a receipt of an unknown SMS is kept: carriers answer up to 72 h late. */
export const RECEIPT_PARK_MS = 72 * HOUR;

/** UTF-16 units of one UCS-2 SMS part when the SMS has one part. */
export const SMS_PART_UNITS = 70;

/** UTF-16 units of each part of a longer SMS. */
export const SMS_JOINED_PART_UNITS = 67;
