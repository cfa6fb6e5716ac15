/** What a function may do, from its line in the topology: each action by its name, each resource by its ARN. */
import { Aws, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { BucketName } from '../shared/io/ports.ts';
import { TABLES, type TableName, type TableSpec } from '../shared/io/tables.ts';
import type { FunctionSpec } from './topology.ts';

/** The kept resources that functions work on, and the keys these are encrypted under. */
export interface Kept {
  tables: Partial<Record<TableName, TableV2>>;
  /** Deployed names. */
  buckets: Record<BucketName, string>;
  recordKey: IKey;
  peopleKey: IKey;
  /** Over the data key of names and numbers. */
  namesKey: IKey;
}

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const WRITE = ['dynamodb:PutItem', 'dynamodb:BatchWriteItem'];
const REMOVE = ['dynamodb:DeleteItem'];
/** DynamoDB and S3 use the caller's own right to the key, for reading and for writing. */
const USE_KEY = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];

/** The tables that a function is told of. */
export function tablesOf(spec: FunctionSpec): TableName[] {
  return [...new Set([...spec.reads, ...spec.writes, ...spec.removes])];
}

/** The buckets that a function is told of. */
export function bucketsOf(spec: FunctionSpec): BucketName[] {
  return [...new Set([...spec.readsObjects, ...spec.writesObjects, ...spec.removesObjects])];
}

export function statements(spec: FunctionSpec, kept: Kept): PolicyStatement[] {
  const tables = (names: readonly TableName[]): string[] => names.map((name) => tableArn(name, kept));
  const objects = (names: readonly BucketName[]): string[] =>
    names.map((name) => objectsOf(kept.buckets[name]));
  const isPersonal = tablesOf(spec).some((name) => TABLES[name].personal);
  const rights: [actions: string[], resources: string[]][] = [
    [READ, tablesOf(spec).flatMap((name) => withIndex(name, kept))],
    [WRITE, tables(spec.writes)],
    [REMOVE, tables(spec.removes)],
    [['s3:GetObject'], objects(spec.readsObjects)],
    [['s3:ListBucket'], spec.readsObjects.map((name) => bucketArn(kept.buckets[name]))],
    [['s3:PutObject'], objects(spec.writesObjects)],
    [['s3:DeleteObject'], objects(spec.removesObjects)],
    [USE_KEY, [kept.recordKey, ...(isPersonal ? [kept.peopleKey] : [])].map(({ keyArn }) => keyArn)],
    [['kms:Decrypt'], spec.opensNames ? [kept.namesKey.keyArn] : []],
    // Whoever may keep the data key may have it made.
    [['kms:GenerateDataKey'], spec.writes.includes('keys') ? [kept.namesKey.keyArn] : []],
  ];
  return [
    ...rights
      .filter(([, resources]) => resources.length > 0)
      .map(([actions, resources]) => new PolicyStatement({ actions, resources })),
    ...(spec.sendsSms ? [publishToPhones()] : []),
  ];
}

/**
 * Leave to publish to phone numbers and to nothing else. SNS checks such a publish against the number itself, which
 * no ARN can name, so the statement names what it excludes: every topic of every account.
 */
function publishToPhones(): PolicyStatement {
  return new PolicyStatement({ actions: ['sns:Publish'], notResources: ['arn:*:sns:*:*:*'] });
}

function withIndex(name: TableName, kept: Kept): string[] {
  const spec: TableSpec = TABLES[name];
  const arn = tableArn(name, kept);
  return spec.index ? [arn, `${arn}/index/${spec.index}`] : [arn];
}

function tableArn(name: TableName, kept: Kept): string {
  const found = kept.tables[name];
  if (!found) throw new Error(`no stack makes the table ${name}`);
  return found.tableArn;
}

export function bucketArn(name: string): string {
  return `arn:${Aws.PARTITION}:s3:::${name}`;
}

export function objectsOf(name: string): string {
  return `${bucketArn(name)}/*`;
}

/** Objects are read and written one by one, under keys that nobody can list in advance. */
export function acknowledgeObjects(role: Role, buckets: string[]): void {
  for (const bucket of buckets) {
    const asReported = objectsOf(bucket)
      .replace(Aws.PARTITION, '<AWS::Partition>')
      .replace(Aws.ACCOUNT_ID, '<AWS::AccountId>');
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${asReported}]`,
      reason: 'All objects of one bucket that holds nothing else, and of no other bucket.',
    });
  }
}
