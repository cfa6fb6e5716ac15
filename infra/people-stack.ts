/**
 * Everything that names a person, and nothing else: apart from the rest, so that it can be placed, locked away and
 * deleted under the law for personal data without touching the record.
 */
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { keptBucket } from './record-stack.ts';
import type { Settings } from './settings.ts';
import { type TableMap, tables } from './tables.ts';

/**
 * The bucket of delivery-log events that the receipts function failed on. Objects and not a dead-letter queue, because
 * these events carry the number, which no queue may.
 */
export const REFUSED_RECEIPTS = 'refused-receipts';

/** Days for which receipts that could not be handled wait to be handed in again: longer than the carrier's 72 h. */
const REFUSED_RECEIPTS_DAYS = 7;

/** Days that a file of people lies in the bucket once it was read: long enough to be asked about, and no longer. */
const ROSTER_FILE_DAYS = 30;

export class PeopleStack extends Stack {
  readonly key: Key;
  /** Over the data key that seals names and numbers field by field: reading a table is not reading them. */
  readonly namesKey: Key;
  readonly tables: TableMap;
  /** SNS writes what became of each SMS here, with the full number in it; the names are fixed by SNS. */
  readonly smsLogs: { delivered: LogGroup; failed: LogGroup };

  constructor(scope: Construct, id: string, settings: Settings, accessLogs: Bucket, props: StackProps) {
    super(scope, id, props);
    this.key = new Key(this, 'Key', {
      description: 'Tables and logs with names and phone numbers',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.namesKey = new Key(this, 'NamesKey', {
      description: 'Names and phone numbers, field by field',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.tables = tables(this, true, this.key);
    this.key.addToResourcePolicy(this.logsMayUseKey());
    const name = `sns/${this.region}/${this.account}/DirectPublishToPhoneNumber`;
    this.smsLogs = {
      delivered: this.smsLog('SmsDelivered', name),
      failed: this.smsLog('SmsFailed', `${name}/Failure`),
    };
    keptBucket(this, REFUSED_RECEIPTS, settings, this.key, accessLogs, {
      lifecycleRules: [{ expiration: Duration.days(REFUSED_RECEIPTS_DAYS) }],
    });
    const rosters = keptBucket(this, 'rosters', settings, this.key, accessLogs, {
      lifecycleRules: [{ expiration: Duration.days(ROSTER_FILE_DAYS) }],
    });
    // By the bucket's own property: the construct's way brings a function of its own with wide rights.
    (rosters.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
  }

  private logsMayUseKey(): PolicyStatement {
    return new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${this.region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': this.formatArn({ service: 'logs', resource: '*' }) },
      },
    });
  }

  /** A week: the carrier may answer 72 h late, and nothing longer than needed keeps a number. */
  private smsLog(id: string, logGroupName: string): LogGroup {
    return new LogGroup(this, id, {
      logGroupName,
      encryptionKey: this.key,
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
