/**
 * The SDK clients of the adapters, with time limits: the SDK's own default is to wait for ever. Region, endpoint
 * and credentials come from the environment, on AWS and on one machine alike. SNS and KMS have clients of their own (sns.ts, kms.ts).
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SECOND } from '../time.ts';

const CONNECT_TIMEOUT_MS = 2 * SECOND;
/** One item or one hint: usually some ms; three attempts still end well within a function's time limit. */
export const ITEM_TIMEOUT_MS = 4 * SECOND;
/** One object of some MB. */
const OBJECT_TIMEOUT_MS = 10 * SECOND;

export function dynamoClient(): DynamoDBClient {
  return unlogged(new DynamoDBClient({ requestHandler: limits(ITEM_TIMEOUT_MS) }));
}

/** Queue URLs name the public host; the configured endpoint must win where one is set. */
export function sqsClient(): SQSClient {
  return new SQSClient({ useQueueUrlAsEndpoint: false, requestHandler: limits(ITEM_TIMEOUT_MS) });
}

export function s3Client(): S3Client {
  return new S3Client({ requestHandler: limits(OBJECT_TIMEOUT_MS) });
}

/** The SDK walks through each request and answer to log them, also where nobody listens: a tenth of the time of a call. */
export function unlogged<Client extends DynamoDBClient | SNSClient>(client: Client): Client {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

export function limits(requestTimeout: number) {
  return {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout,
    socketTimeout: requestTimeout,
    throwOnRequestTimeout: true,
  };
}
