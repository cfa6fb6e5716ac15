/** What one deployment decides for itself. A fork of the project edits this file and nothing else in `infra/`. */
import type { FeedId } from '../shared/warning/warning.ts';

export interface Settings {
  /** Prefix of every stack, so that a trial can stand beside the real deployment in one account. */
  name: string;
  /** A region where SNS sends SMS and that a typhoon over the exam does not reach. */
  region: string;
  /** The feeds to poll. Each gets its own schedule and its own alarms. */
  feeds: readonly FeedId[];
  /** Who is written to when an alarm goes off: people of operations, not of the exam. */
  operators: readonly string[];
  /** The account's monthly SMS limit in US$. AWS raises it by support case; a higher value here fails to deploy. */
  smsSpendLimitUsd: number;
  /** Days for which nobody, not even the account's owner, can delete the sealed record. */
  recordLockDays: number;
}

export const SETTINGS: Settings = {
  name: 'Huhang',
  region: 'ap-southeast-1',
  feeds: ['gjzwfw', 'cap', 'nmc-alarm', 'cma-map', 'weather-com-cn', 'nmc-typhoon', 'zj-typhoon'],
  operators: [],
  smsSpendLimitUsd: 1,
  recordLockDays: 3 * 366,
};
