/**
 * `console-board`: the board of a district in a storm, through the console's handler, against a bare Hono handler that
 * does one GetItem and one Query and returns the same bytes.
 */
import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { Hono } from 'hono';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { handler as consoleHandler } from '../../functions/console.ts';
import { dynamoClient } from '../../shared/io/clients.ts';
import { contextFor } from '../pump.ts';
import { FUNCTIONS } from '../topology.ts';
import { CHAIN } from './exam.ts';
import { byTurns, type Figure, figure } from './figure.ts';
import { beforeStorm } from './first-sms.ts';
import { type House, inHouse } from './house.ts';

/** Looks in one turn. */
const LOOKS = 20;

export async function benchConsoleBoard(turns?: number): Promise<Figure[]> {
  return [await inHouse((house) => figureIn(house, turns))];
}

async function figureIn(house: House, turns?: number): Promise<Figure> {
  const strike = await beforeStorm(house.ports);
  await strike();
  const context = contextFor('console', FUNCTIONS.console.timeoutSeconds);
  const ours = (): Promise<{ body: string }> => consoleHandler(BOARD, context);
  const { body: page } = await ours();
  if (!page.includes('台风')) throw new Error('the board shows no storm');

  const dynamo = dynamoClient();
  const bare = handle(
    new Hono().get('/', async (c) => {
      await dynamo.send(
        new GetItemCommand({ TableName: 'versions', Key: { pk: { S: 'open' }, sk: { S: CHAIN } } }),
      );
      await dynamo.send(
        new QueryCommand({
          TableName: 'chain',
          KeyConditionExpression: 'pk = :chain',
          ExpressionAttributeValues: { ':chain': { S: CHAIN } },
        }),
      );
      return c.html(page);
    }),
  );
  const sides = await byTurns({ floor: () => looks(() => bare(BOARD)), ours: () => looks(ours) }, turns);
  dynamo.destroy();
  return figure({ name: 'console-board', unit: 'ms', n: page.length }, sides);
}

/** Milliseconds of one look of several. */
async function looks(look: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let each = 0; each < LOOKS; each += 1) await look();
  return (performance.now() - start) / LOOKS;
}

/** A browser at the front page (payload version 2). */
const BOARD = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: {},
  requestContext: { domainName: 'console', http: { method: 'GET', path: '/' } },
  isBase64Encoded: false,
} as unknown as LambdaEvent;
