/** What can be thrown away and made again: the functions, their triggers and the queues of hints between them. */
import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { FilterPattern, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { BUCKETS, type BucketName, QUEUES, type QueueName } from '../shared/io/ports.ts';
import { REPORTS } from '../shared/stages/upload.ts';
import { CATALOGUE } from '../shared/warning/catalogue.ts';
import { consoleApi } from './console-api.ts';
import { type HouseFunction, houseFunction } from './house-function.ts';
import { type PeopleStack, REFUSED_RECEIPTS } from './people-stack.ts';
import { acknowledgeObjects, bucketArn, type Kept, objectsOf } from './permissions.ts';
import { bucketName, type RecordStack } from './record-stack.ts';
import type { Settings } from './settings.ts';
import {
  FUNCTION_LIST,
  type FunctionName,
  HINT_RETENTION_SECONDS,
  TICK_AGE_SECONDS,
  type Trigger,
  visibilitySeconds,
} from './topology.ts';

/** How often Lambda hands in a receipt event again that the function failed on, before it is put aside: its most. */
const RECEIPT_RETRIES = 2;
/** How long it goes on trying: its most, since the carrier says each thing once. */
const RECEIPT_AGE = Duration.hours(6);

export class PipelineStack extends Stack {
  readonly queues: Record<QueueName, Queue>;
  readonly functions: Record<FunctionName, HouseFunction>;
  private readonly settings: Settings;
  private readonly people: PeopleStack;

  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    record: RecordStack,
    people: PeopleStack,
    props: StackProps,
  ) {
    super(scope, id, props);
    this.settings = settings;
    this.people = people;
    const kept = {
      tables: { ...record.tables, ...people.tables },
      buckets: Object.fromEntries(
        BUCKETS.map((name) => [name, bucketName(settings, name)]),
      ) as Kept['buckets'],
      recordKey: record.key,
      peopleKey: people.key,
      namesKey: people.namesKey,
    };
    this.queues = Object.fromEntries(QUEUES.map((name) => [name, this.hints(name)])) as typeof this.queues;
    this.functions = Object.fromEntries(
      FUNCTION_LIST.map(([name, spec]) => [name, houseFunction(this, name, spec, kept, this.queues)]),
    ) as typeof this.functions;
    const ticks = new ScheduleGroup(this, 'Ticks');
    for (const [name, { trigger }] of FUNCTION_LIST) this.connect(name, trigger, ticks);
  }

  private connect(name: FunctionName, trigger: Trigger, ticks: ScheduleGroup): void {
    const { fn } = this.functions[name];
    switch (trigger.by) {
      case 'feed':
        this.tick(
          name,
          ticks,
          this.settings.feeds.map((feed) => ({
            everyMinutes: CATALOGUE[feed].everyMinutes,
            input: { feed },
          })),
        );
        return;
      case 'minute':
        this.tick(name, ticks, [{ everyMinutes: 1, input: {} }]);
        return;
      case 'queue':
        fn.addEventSource(
          new SqsEventSource(this.queues[trigger.queue], {
            batchSize: 1,
            maxConcurrency: trigger.atOnce,
            reportBatchItemFailures: true,
          }),
        );
        return;
      case 'http':
        consoleApi(this, fn);
        return;
      case 'upload':
        this.uploads(name, trigger.bucket);
        return;
      case 'sms-log':
        this.subscribe(name);
        return;
    }
  }

  /** Ids only, so SQS's own keys do. */
  private hints(name: QueueName): Queue {
    const queue = new Queue(this, `Hints-${name}`, {
      visibilityTimeout: Duration.seconds(visibilitySeconds(name)),
      retentionPeriod: Duration.seconds(HINT_RETENTION_SECONDS),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'A hint only says that there is work; the work stands in the tables and is hinted again every minute. A ' +
        'count of failures would put aside hints that come back because work is left.',
    });
    return queue;
  }

  /** Scheduler and Lambda each keep a queue of their own before a function; both drop a tick that is a minute old. */
  private tick(
    name: FunctionName,
    group: ScheduleGroup,
    ticks: { everyMinutes: number; input: object }[],
  ): void {
    const { fn } = this.functions[name];
    fn.configureAsyncInvoke({ maxEventAge: Duration.seconds(TICK_AGE_SECONDS), retryAttempts: 0 });
    const role = this.tickRole(name, fn);
    for (const { everyMinutes, input } of ticks) {
      new Schedule(this, ['Tick', name, ...Object.values(input)].join('-'), {
        schedule: ScheduleExpression.rate(Duration.minutes(everyMinutes)),
        scheduleGroup: group,
        target: new LambdaInvoke(fn, {
          input: ScheduleTargetInput.fromObject(input),
          role,
          maxEventAge: Duration.seconds(TICK_AGE_SECONDS),
          retryAttempts: 0,
        }),
      });
    }
  }

  /** One role per ticked function, for this very function; the one that CDK would make also covers its versions. */
  private tickRole(name: FunctionName, fn: IFunction) {
    const role = new Role(this, `TickRole-${name}`, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }),
    );
    return role.withoutPolicyUpdates();
  }

  /** What the function itself writes there is none of these; an event that is lost leaves the object where it lies. */
  private uploads(name: FunctionName, bucket: BucketName): void {
    new Rule(this, `Uploads-${name}`, {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [bucketName(this.settings, bucket)] },
          object: { key: [{ 'anything-but': { prefix: `${bucket}/${REPORTS}/` } }] },
        },
      },
      targets: [new LambdaFunction(this.functions[name].fn)],
    });
  }

  /** Both halves of the carrier's log; an event that the function cannot handle is put aside, never lost. */
  private subscribe(name: FunctionName): void {
    const { fn, role } = this.functions[name];
    const refused = bucketName(this.settings, REFUSED_RECEIPTS);
    const putAside = [
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [objectsOf(refused)] }),
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucketArn(refused)] }),
    ];
    for (const statement of putAside) role.addToPolicy(statement);
    acknowledgeObjects(role, [refused]);
    fn.configureAsyncInvoke({
      maxEventAge: RECEIPT_AGE,
      retryAttempts: RECEIPT_RETRIES,
      onFailure: { bind: () => ({ destination: bucketArn(refused) }) },
    });
    for (const [end, logGroup] of Object.entries(this.people.smsLogs)) {
      new SubscriptionFilter(this, `Receipts-${end}`, {
        logGroup,
        destination: new LambdaDestination(fn),
        filterPattern: FilterPattern.allEvents(),
      });
    }
  }
}
