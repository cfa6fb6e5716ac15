/**
 * What wakes the operators. Silence comes first: a heartbeat counts as missed when no data point arrives at all.
 * That a feed is silent is told to the command office by the sweep itself; here it is told to those who can mend it.
 */
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { CATALOGUE } from '../shared/warning/catalogue.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { Settings } from './settings.ts';
import { FUNCTION_LIST } from './topology.ts';

/** Share of the monthly SMS limit at which there is still time to have it raised. */
const SPEND_SHARE = 0.8;
/** Seconds for which a notice may wait to be cut into slices: staff should be told within minutes of a signal. */
const EXPAND_WAIT_SECONDS = 120;
/** SMS that failed within five minutes; fewer are wrong or switched-off phones. */
const FAILED_SMS = 20;

/** One alarm, with the sentence that stands in the mail. */
interface Watch {
  id: string;
  says: string;
  metric: IMetric;
  /** Bad from here on; a heartbeat is bad below it, and when no data comes at all. */
  threshold: number;
  heartbeat?: true;
  /** Bad periods out of the latest ones; by default the latest. */
  bad?: number;
  of?: number;
}

export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, pipeline: PipelineStack, props: StackProps) {
    super(scope, id, props);
    const action = new SnsAction(operatorTopic(this, settings));
    const watches = [
      ...heartbeats(this, settings, pipeline),
      ...failures(this, settings, pipeline),
      ...waiting(pipeline),
      ...smsTrouble(this, settings, pipeline),
    ];
    const alarms = watches.map((watch) => alarm(this, watch));
    for (const made of alarms) {
      made.addAlarmAction(action);
      made.addOkAction(action);
    }
    board(this, settings, watches);
  }
}

/** Dead-man's switches: the poll, the sweep, and what each feed says. */
function heartbeats(scope: Construct, settings: Settings, { functions }: PipelineStack): Watch[] {
  const beat = { threshold: 1, heartbeat: true, bad: 2, of: 3 } as const;
  const ended = '{ $.event = "run.ended" }';
  const understood = '{ ($.event = "feed.read") && ($.broken IS NULL) }';
  const polls = counted(scope, 'PollsEnded', settings, functions.poll.log, ended);
  const sweeps = counted(scope, 'SweepsEnded', settings, functions.sweep.log, ended);
  const reads = counted(scope, 'FeedsRead', settings, functions.poll.log, understood, { feed: '$.feed' });
  const mostOften = Math.min(...settings.feeds.map((feed) => CATALOGUE[feed].everyMinutes));
  return [
    {
      id: 'NoPoll',
      says: 'No poll comes to its end: no warning is seen.',
      metric: polls().with({ period: Duration.minutes(mostOften) }),
      ...beat,
    },
    { id: 'NoSweep', says: 'No sweep comes to its end: no deadline is kept.', metric: sweeps(), ...beat },
    ...settings.feeds.map((feed) => ({
      id: `Silent-${feed}`,
      says: `The feed ${feed} gives no answer that is understood.`,
      metric: reads({ feed }).with({ period: Duration.minutes(CATALOGUE[feed].silentAfterMinutes) }),
      ...beat,
      bad: 1,
      of: 1,
    })),
  ];
}

/** Runs that failed: each is done again by the next tick or hint, so one is a note and two in a row a fault. */
function failures(scope: Construct, settings: Settings, { functions }: PipelineStack): Watch[] {
  const pages = counted(scope, 'PagesFailed', settings, functions.console.log, '{ $.event = "page.failed" }');
  const refused = functions.receipts.fn.metric('DestinationDeliveryFailures', { statistic: Stats.SUM });
  return [
    ...FUNCTION_LIST.map(
      ([name, { trigger }]): Watch => ({
        id: `Errors-${name}`,
        says: `The function ${name} fails.`,
        metric: functions[name].fn.metricErrors({ period: Duration.minutes(1) }),
        threshold: 1,
        // What is not asked again every minute fails once and for all.
        bad: trigger.by === 'upload' ? 1 : 2,
        of: 5,
      }),
    ),
    {
      id: 'ReceiptsLost',
      says: 'Receipts that could not be handled could not be put aside either.',
      metric: refused,
      threshold: 1,
    },
    { id: 'PageFails', says: 'The console cannot show a page.', metric: pages(), threshold: 1 },
  ];
}

/**
 * Hints that nobody takes. A hint of `send` comes back as long as work is left, so its age says nothing; that one
 * stays visible minute after minute does.
 */
function waiting({ queues }: PipelineStack): Watch[] {
  return [
    {
      id: 'ExpandWaits',
      says: 'Notices wait to be cut into slices.',
      metric: queues.expand.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) }),
      threshold: EXPAND_WAIT_SECONDS,
      bad: 2,
      of: 3,
    },
    {
      id: 'SendWaits',
      says: 'There are SMS to send and nobody takes them up.',
      metric: queues.send.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: Stats.MINIMUM,
      }),
      threshold: 1,
      bad: 5,
      of: 5,
    },
  ];
}

/** What we see of the carrier, and what SNS counts by itself: past the spend limit it goes on taking SMS and sends none. */
function smsTrouble(scope: Construct, settings: Settings, { functions }: PipelineStack): Watch[] {
  const broken = '{ $.event = "carrier.broken" }';
  const unreadable = '{ $.event = "receipt.unreadable" }';
  return [
    {
      id: 'CarrierBroken',
      says: 'Sending is down to one SMS per ten seconds: too much comes back bad, or the quota is used up.',
      metric: counted(scope, 'CarrierBroken', settings, functions.sweep.log, broken)(),
      threshold: 1,
    },
    {
      id: 'ReceiptsUnread',
      says: 'What SNS logs of SMS can no longer be read: nobody is counted as reached.',
      metric: counted(scope, 'ReceiptsUnread', settings, functions.receipts.log, unreadable)(),
      threshold: 1,
    },
    {
      id: 'Spend',
      says: `The month's SMS have cost ${SPEND_SHARE * 100} % of the limit.`,
      metric: new Metric({
        namespace: 'AWS/SNS',
        metricName: 'SMSMonthToDateSpentUSD',
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(5),
      }),
      threshold: SPEND_SHARE * settings.smsSpendLimitUsd,
    },
    {
      id: 'SmsFail',
      says: 'Many SMS are refused by the carrier.',
      metric: new Metric({
        namespace: 'AWS/SNS',
        metricName: 'NumberOfNotificationsFailed',
        dimensionsMap: { PhoneNumber: 'PhoneNumber' },
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      }),
      threshold: FAILED_SMS,
    },
  ];
}

/** Counts the log lines of a pattern; the metric can then be asked for one value of its dimensions. */
function counted(
  scope: Construct,
  metricName: string,
  settings: Settings,
  logGroup: ILogGroup,
  pattern: string,
  dimensions?: Record<string, string>,
): (values?: Record<string, string>) => Metric {
  new MetricFilter(scope, `Count-${metricName}`, {
    logGroup,
    filterPattern: FilterPattern.literal(pattern),
    metricNamespace: settings.name,
    metricName,
    metricValue: '1',
    ...(dimensions && { dimensions }),
  });
  return (dimensionsMap = {}) =>
    new Metric({
      namespace: settings.name,
      metricName,
      dimensionsMap,
      statistic: Stats.SUM,
      period: Duration.minutes(1),
    });
}

function alarm(scope: Construct, watch: Watch): Alarm {
  return new Alarm(scope, watch.id, {
    alarmDescription: watch.says,
    metric: watch.metric,
    threshold: watch.threshold,
    comparisonOperator: watch.heartbeat
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    datapointsToAlarm: watch.bad ?? 1,
    evaluationPeriods: watch.of ?? 1,
    treatMissingData: watch.heartbeat ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
}

/** Mail to the operators. The topic's key admits CloudWatch, which the default key of SNS would not. */
function operatorTopic(scope: Stack, settings: Settings): Topic {
  const key = new Key(scope, 'Key', { description: 'Alarm mails', enableKeyRotation: true });
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': scope.account } },
    }),
  );
  const topic = new Topic(scope, 'Operators', {
    displayName: settings.name,
    masterKey: key,
    enforceSSL: true,
  });
  for (const operator of settings.operators) topic.addSubscription(new EmailSubscription(operator));
  return topic;
}

/** Everything that is watched on one page, in the order in which the watches are written. */
function board(scope: Construct, settings: Settings, watches: Watch[]): void {
  const widgets = watches.map(
    ({ id, metric, threshold, says }) =>
      new GraphWidget({
        title: id,
        left: [metric],
        leftAnnotations: [{ value: threshold, label: says }],
        width: 8,
      }),
  );
  new Dashboard(scope, 'Board', { dashboardName: settings.name, widgets: [widgets] });
}
