/** One request of the HTTP API (payload version 2): the console answers it. */
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { consoleApp } from './console/app.ts';
import { house, ports } from './wire.ts';

let answer: ReturnType<typeof handle> | undefined;

export const handler = house('console', async (event: LambdaEvent) => {
  answer ??= handle(consoleApp(ports()));
  return await answer(event);
});
