/** The store on DynamoDB: single-item conditional writes and strongly consistent reads, nothing else. */

import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { assert, Fault } from '../outcome.ts';
import { awsError, awsFault, failed } from './aws-error.ts';
import {
  GET_MANY_KEYS_MAX,
  type Item,
  type Key,
  PUT_MANY_ITEMS_MAX,
  type QueryOptions,
  type Random,
  type Store,
} from './ports.ts';
import { TABLES, type TableName, type TableSpec } from './tables.ts';

/** Rounds of one batch: DynamoDB hands back what it had no capacity for; four rounds wait up to 0.7 s. */
const BATCH_ROUNDS = 5;
/** First wait between those rounds, doubled each time. */
const BATCH_WAIT_MS = 50;

type Attributes = Record<string, AttributeValue>;

/**
 * `names`: the deployed name of each table that this process may use. A write whose answer was lost is sent again
 * by the SDK and may then meet itself: an equal item found under the key counts as this call's own.
 */
export function dynamoStore(
  client: DynamoDBClient,
  names: Partial<Record<TableName, string>>,
  random: Random = Math.random,
): Store {
  function deployed(table: TableName): string {
    const name = names[table];
    assert(name, `this process is not given the table ${table}`);
    return name;
  }

  async function read(table: TableName, { pk, sk }: Key): Promise<(Item & Key) | null> {
    const { Item: found } = await client
      .send(
        new GetItemCommand({ TableName: deployed(table), Key: marshall({ pk, sk }), ConsistentRead: true }),
      )
      .catch(failed('store.get'));
    return found ? (unmarshall(found) as Item & Key) : null;
  }

  async function putIf(table: TableName, item: Item & Key, condition: Condition): Promise<boolean> {
    const wanted = marshalled(item);
    try {
      await client.send(new PutItemCommand({ TableName: deployed(table), Item: wanted, ...condition }));
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw awsFault('store.put', error);
      if (awsError(error).attempts === 1) return false;
      return isDeepStrictEqual(await read(table, item), unmarshall(wanted));
    }
  }

  /** Sends a batch, and again what DynamoDB hands back of it. */
  async function inRounds<Part>(
    what: string,
    batch: Part[],
    send: (open: Part[]) => Promise<Part[] | undefined>,
  ): Promise<void> {
    let open = batch;
    for (let round = 0; open.length > 0; round++) {
      if (round === BATCH_ROUNDS) throw new Fault(`${what} was not taken whole`, { retryable: true });
      if (round > 0) await sleep(random() * BATCH_WAIT_MS * 2 ** (round - 1));
      open = (await send(open)) ?? [];
    }
  }

  return {
    async get<T extends Item>(table: TableName, key: Key) {
      return (await read(table, key)) as (T & Key) | null;
    },

    async getMany<T extends Item>(table: TableName, keys: Key[]) {
      assert(keys.length <= GET_MANY_KEYS_MAX, `getMany of ${keys.length} keys`);
      const distinct = new Map(keys.map(({ pk, sk }) => [JSON.stringify([pk, sk]), marshall({ pk, sk })]));
      const name = deployed(table);
      const found: (T & Key)[] = [];
      await inRounds('store.getMany', [...distinct.values()], async (Keys) => {
        const request = { RequestItems: { [name]: { Keys, ConsistentRead: true } } };
        const answer = await client.send(new BatchGetItemCommand(request)).catch(failed('store.getMany'));
        for (const item of answer.Responses?.[name] ?? []) found.push(unmarshall(item) as T & Key);
        return answer.UnprocessedKeys?.[name]?.Keys;
      });
      return found;
    },

    async putIfAbsent(table, item) {
      return putIf(table, item, { ConditionExpression: 'attribute_not_exists(pk)' });
    },

    async replaceIf(table, item, expected) {
      return putIf(table, item, fieldsEqual(expected));
    },

    async put(table, item) {
      const command = new PutItemCommand({ TableName: deployed(table), Item: marshalled(item) });
      await client.send(command).catch(failed('store.put'));
    },

    async putMany(table, items) {
      assert(items.length <= PUT_MANY_ITEMS_MAX, `putMany of ${items.length} items`);
      const name = deployed(table);
      const puts: WriteRequest[] = items.map((item) => ({ PutRequest: { Item: marshalled(item) } }));
      await inRounds('store.putMany', puts, async (open) => {
        const command = new BatchWriteItemCommand({ RequestItems: { [name]: open } });
        const { UnprocessedItems } = await client.send(command).catch(failed('store.putMany'));
        return UnprocessedItems?.[name];
      });
    },

    async remove(table, { pk, sk }) {
      const command = new DeleteItemCommand({ TableName: deployed(table), Key: marshall({ pk, sk }) });
      await client.send(command).catch(failed('store.remove'));
    },

    async query<T extends Item>(table: TableName, pk: string, options: QueryOptions = {}) {
      const { after, limit } = options;
      const command = new QueryCommand({
        TableName: deployed(table),
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': pk }),
        ExclusiveStartKey: after === undefined ? undefined : marshall({ pk, sk: after }),
        Limit: limit,
      });
      const { Items = [], LastEvaluatedKey } = await client.send(command).catch(failed('store.query'));
      const items = Items.map((item) => unmarshall(item) as T & Key);
      return LastEvaluatedKey ? { items, next: unmarshall(LastEvaluatedKey).sk as string } : { items };
    },

    async byIndex<T extends Item>(table: TableName, value: string) {
      const field = (TABLES[table] as TableSpec).index;
      assert(field, `${table} has no index`);
      const found: (T & Key)[] = [];
      let start: Attributes | undefined;
      do {
        const command = new QueryCommand({
          TableName: deployed(table),
          IndexName: field,
          KeyConditionExpression: '#field = :value',
          ExpressionAttributeNames: { '#field': field },
          ExpressionAttributeValues: marshall({ ':value': value }),
          ExclusiveStartKey: start,
        });
        const { Items = [], LastEvaluatedKey } = await client.send(command).catch(failed('store.byIndex'));
        for (const item of Items) found.push(unmarshall(item) as T & Key);
        start = LastEvaluatedKey;
      } while (start);
      return found;
    },
  };
}

interface Condition {
  ConditionExpression: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Attributes;
}

/** The item is there and each field has its expected value; null matches an absent field too. */
function fieldsEqual(expected: Item): Condition {
  const clauses = ['attribute_exists(pk)'];
  const names: Record<string, string> = {};
  const values: Item = {};
  for (const [position, [field, value]] of Object.entries(expected).entries()) {
    assert(typeof value !== 'object' || value === null, `the condition on ${field} is a plain value`);
    const [name, wanted] = [`#f${position}`, `:v${position}`];
    names[name] = field;
    values[wanted] = value ?? null;
    const equal = `${name} = ${wanted}`;
    clauses.push(values[wanted] === null ? `(attribute_not_exists(${name}) OR ${equal})` : equal);
  }
  const condition: Condition = { ConditionExpression: clauses.join(' AND ') };
  if (clauses.length === 1) return condition;
  return { ...condition, ExpressionAttributeNames: names, ExpressionAttributeValues: marshall(values) };
}

function marshalled(item: Item & Key): Attributes {
  return marshall(item, { removeUndefinedValues: true });
}
