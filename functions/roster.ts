/** An object that was put under `rosters/<exam>/`: the exam itself, its plan, or a table of its people. */
import type { EventBridgeEvent } from 'aws-lambda';
import { openTable, pagesOf } from '../shared/io/spreadsheet.ts';
import { shippedPlan } from '../shared/plan/shipped.ts';
import { takeUpload } from '../shared/stages/upload.ts';
import { house, ports } from './wire.ts';

export type UploadEvent = Pick<EventBridgeEvent<string, { object: { key: string } }>, 'detail'>;

export const handler = house('roster', async ({ detail }: UploadEvent): Promise<void> => {
  await takeUpload(ports(), detail.object.key, {
    shippedPlan: shippedPlan(),
    async readTable(bytes) {
      const file = await openTable(() => [bytes]);
      return { hash: file.hash, pages: pagesOf(file) };
    },
  });
});
