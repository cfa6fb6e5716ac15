/** What must outlive every deployment and names nobody: the record, the plans, the warnings, the raw readings. */
import { Aws, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectLockRetention,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';
import { type TableMap, tables } from './tables.ts';

/** Days of S3 access logs: a question about who read the record is asked within one exam cycle. */
const ACCESS_LOG_DAYS = 366;

/**
 * Buckets are named by us, so that a right to their objects can be written, and acknowledged, without a reference
 * from stack to stack.
 */
export function bucketName(settings: Settings, purpose: string): string {
  return `${settings.name.toLowerCase()}-${purpose}-${Aws.ACCOUNT_ID}-${settings.region}`;
}

/** What every bucket of the product is: private, encrypted, kept, with its accesses logged under its own prefix. */
export function keptBucket(
  scope: Construct,
  purpose: string,
  settings: Settings,
  key: IKey,
  logs: Bucket,
  props: BucketProps,
): Bucket {
  return new Bucket(scope, `Bucket-${purpose}`, {
    bucketName: bucketName(settings, purpose),
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    // CDK's own classes do not match its interfaces under exactOptionalPropertyTypes.
    serverAccessLogsBucket: logs as IBucket,
    serverAccessLogsPrefix: `${purpose}/`,
    removalPolicy: RemovalPolicy.RETAIN,
    ...props,
  });
}

export class RecordStack extends Stack {
  readonly key: Key;
  readonly tables: TableMap;
  /** Where the other buckets' access logs go. */
  readonly accessLogs: Bucket;

  constructor(scope: Construct, id: string, settings: Settings, props: StackProps) {
    super(scope, id, props);
    this.key = new Key(this, 'Key', {
      description: 'Record, plans, warnings, readings: no personal data',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.tables = tables(this, false, this.key);
    this.accessLogs = accessLogs(this);
    keptBucket(this, 'readings', settings, this.key, this.accessLogs, { versioned: true });
    // What is removed from it is kept among the readings.
    keptBucket(this, 'inbox', settings, this.key, this.accessLogs, {});
    keptBucket(this, 'record', settings, this.key, this.accessLogs, {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(settings.recordLockDays)),
    });
  }
}

/** S3 delivers its access logs only into buckets under its own managed keys. */
function accessLogs(scope: Construct): Bucket {
  const bucket = new Bucket(scope, 'AccessLogs', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    lifecycleRules: [{ expiration: Duration.days(ACCESS_LOG_DAYS) }],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'This bucket holds the access logs of the others; logging its own accesses into itself never ends.',
  });
  return bucket;
}
