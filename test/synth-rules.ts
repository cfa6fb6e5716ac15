/** House rules over synthesized templates: each a pure function of the resources that returns what breaks it. */
import { TABLES } from '../shared/io/tables.ts';
import { FEEDS, type FeedId } from '../shared/warning/warning.ts';
import {
  ALARM,
  ASYNC,
  allowed,
  BUCKET,
  FUNCTION,
  type Json,
  LOG,
  list,
  MAPPING,
  names,
  of,
  one,
  ours,
  QUEUE,
  type Resource,
  SCHEDULE,
  TABLE,
  tableNamed,
  text,
  UNNAMED,
} from './synth-template.ts';

export interface Rule {
  name: string;
  because: string;
  breaks(resources: Resource[]): string[];
  /** Makes a sound deployment break the rule. */
  spoil(resources: Resource[]): void;
}

export const rules: Rule[] = [
  {
    name: 'every table of the catalogue is deployed once, the personal ones with the people',
    because: 'the code asks for each by name, and what names a person must stand where it can be locked away',
    breaks: (resources) =>
      Object.entries(TABLES).flatMap(([name, { personal }]) => {
        const stacks = of(resources, TABLE)
          .filter(tableNamed(name))
          .map(({ stack }) => stack);
        const wanted = personal ? 'Huhang-People' : 'Huhang-Record';
        return stacks.length === 1 && stacks[0] === wanted ? [] : [`${name}: ${stacks}`];
      }),
    spoil: (resources) => {
      one(resources, TABLE, /^Tableroster/).stack = 'Huhang-Record';
    },
  },
  {
    name: 'every table can be brought back to any second, and cannot be deleted by mistake',
    because: 'the record is the only proof of what was sent; nag does not look into global tables',
    breaks: (resources) =>
      names(
        of(resources, TABLE).filter(
          ({ props, deletion }) =>
            deletion !== 'Retain' ||
            !props.Replicas.every(
              (replica: Json) =>
                replica.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true &&
                replica.DeletionProtectionEnabled === true,
            ),
        ),
      ),
    spoil: (resources) => {
      one(resources, TABLE, /^Tablechain/).props.Replicas[0].DeletionProtectionEnabled = false;
    },
  },
  {
    name: 'every table is encrypted under the key of its own stack',
    because: 'whoever loses the right to the personal-data key loses every name and number at once',
    breaks: (resources) =>
      names(
        of(resources, TABLE).filter(({ stack, props }) => {
          const own = of(resources, 'AWS::KMS::Key').find((key) => key.stack === stack)?.id;
          const keys = props.Replicas.map((replica: Json) => replica.SSESpecification?.KMSMasterKeyId);
          return (
            props.SSESpecification?.SSEType !== 'KMS' ||
            !keys.every((key: Json) => text(key).includes(`"${own}"`))
          );
        }),
      ),
    spoil: (resources) => {
      one(resources, TABLE, /^Tableroster/).props.Replicas[0].SSESpecification = undefined;
    },
  },
  {
    name: 'keys are rotated and kept',
    because: 'a deleted key deletes everything under it',
    breaks: (resources) =>
      names(
        of(resources, 'AWS::KMS::Key').filter(
          ({ props, deletion }) => props.EnableKeyRotation !== true || deletion !== 'Retain',
        ),
      ),
    spoil: (resources) => {
      of(resources, 'AWS::KMS::Key')[0]!.deletion = 'Delete';
    },
  },
  {
    name: 'every bucket is private, encrypted and kept',
    because: 'readings and the record are evidence',
    breaks: (resources) =>
      names(
        of(resources, BUCKET).filter(
          ({ props, deletion }) =>
            deletion !== 'Retain' ||
            !props.BucketEncryption ||
            props.PublicAccessBlockConfiguration?.RestrictPublicBuckets !== true,
        ),
      ),
    spoil: (resources) => {
      delete one(resources, BUCKET, /readings/).props.BucketEncryption;
    },
  },
  {
    name: 'the sealed record cannot be changed by anybody',
    because: 'governance mode can be lifted by an administrator, compliance mode by nobody',
    breaks: (resources) => {
      const { props } = one(resources, BUCKET, /record/);
      const retention = props.ObjectLockConfiguration?.Rule?.DefaultRetention;
      return props.ObjectLockEnabled && retention?.Mode === 'COMPLIANCE' && retention.Days >= 365
        ? []
        : [text(props.ObjectLockConfiguration)];
    },
    spoil: (resources) => {
      one(resources, BUCKET, /record/).props.ObjectLockConfiguration.Rule.DefaultRetention.Mode =
        'GOVERNANCE';
    },
  },
  {
    name: 'what is kept and what is thrown away stand in different stacks',
    because: 'a failed deployment of the code must never touch a table',
    breaks: (resources) =>
      names(
        resources.filter(
          ({ type, stack }) =>
            ([TABLE, BUCKET].includes(type) && !/-(Record|People)$/.test(stack)) ||
            ([FUNCTION, QUEUE].includes(type) && /-(Record|People)$/.test(stack)),
        ),
      ),
    spoil: (resources) => {
      of(resources, QUEUE)[0]!.stack = 'Huhang-Record';
    },
  },
  {
    name: 'one function may publish, and only to phone numbers',
    because:
      'the claim protocol holds only if nothing else can send; a topic would reach people without a claim',
    breaks: (resources) =>
      allowed(resources)
        .filter(({ actions }) => actions.some((action) => /^(sns:Publish|sns:\*|\*|sms-voice:)/.test(action)))
        .filter((it) => !(it.in.startsWith('Rolesend') && text(it.notResources) === '["arn:*:sns:*:*:*"]'))
        .map((it) => it.in),
    spoil: (resources) => {
      const policy = one(resources, 'AWS::IAM::Policy', /^Rolesweep/);
      policy.props.PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'sns:Publish', Resource: '*' });
    },
  },
  {
    name: 'no action and no resource is a wildcard, but for what takes no resource or has no list',
    because: 'a wildcard is a right that nobody has decided on',
    breaks: (resources) =>
      allowed(resources).flatMap((it) => [
        ...it.actions.filter((action) => action.includes('*')).map((action) => `${it.in}: ${action}`),
        ...it.resources
          .filter((resource) => text(resource).includes('*'))
          .filter(() => !it.actions.every((action) => UNNAMED.has(action)))
          .map((resource) => `${it.in}: ${text(resource)}`),
      ]),
    spoil: (resources) => {
      const policy = one(resources, 'AWS::IAM::Policy', /^Rolepoll/);
      policy.props.PolicyDocument.Statement[1].Resource = '*';
    },
  },
  {
    name: 'no function deletes from the record',
    because: 'the chain only grows; whoever cannot delete from it cannot be made to',
    breaks: (resources) =>
      allowed(resources)
        .filter(({ actions }) => actions.includes('dynamodb:DeleteItem'))
        .filter((it) => it.resources.some((resource) => text(resource).includes('Tablechain')))
        .map((it) => it.in),
    spoil: (resources) => {
      const policy = one(resources, 'AWS::IAM::Policy', /^Rolesweep/);
      policy.props.PolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 'dynamodb:DeleteItem',
        Resource: { 'Fn::GetStackOutput': { OutputName: 'Tablechain1234Arn' } },
      });
    },
  },
  {
    name: 'each queue outlasts six time limits, is encrypted, and puts nothing aside',
    because:
      'a hint that shows again while it is worked on is only waste; one that was put aside is work forgotten',
    breaks: (resources) =>
      of(resources, MAPPING).flatMap(({ props }) => {
        const queue = of(resources, QUEUE).find(({ id }) => text(props.EventSourceArn).includes(id))!;
        const fn = of(resources, FUNCTION).find(({ id }) => text(props.FunctionName).includes(id))!;
        return queue.props.VisibilityTimeout >= 6 * fn.props.Timeout &&
          queue.props.SqsManagedSseEnabled === true &&
          queue.props.RedrivePolicy === undefined
          ? []
          : [queue.id];
      }),
    spoil: (resources) => {
      of(resources, QUEUE)[0]!.props.VisibilityTimeout = 60;
    },
  },
  {
    name: 'each queue is drained hint by hint, in few runs, with failures told apart',
    because: 'without a bound a storm would start a thousand senders for one grant',
    breaks: (resources) =>
      names(
        of(resources, MAPPING).filter(
          ({ props }) =>
            props.BatchSize !== 1 ||
            !(props.ScalingConfig?.MaximumConcurrency >= 2 && props.ScalingConfig.MaximumConcurrency <= 20) ||
            text(props.FunctionResponseTypes) !== '["ReportBatchItemFailures"]',
        ),
      ),
    spoil: (resources) => {
      delete of(resources, MAPPING)[0]!.props.ScalingConfig;
    },
  },
  {
    name: 'an event that Lambda keeps for a function is dropped at once or put aside, never lost after hours',
    because: 'a tick asks again next minute; the carrier says each thing once',
    breaks: (resources) => {
      const configured = of(resources, ASYNC);
      const callers = [
        ...of(resources, SCHEDULE).map(({ props }) => text(props.Target.Arn)),
        ...of(resources, 'AWS::Logs::SubscriptionFilter').map(({ props }) => text(props.DestinationArn)),
      ];
      return ours(resources)
        .filter(({ id }) => callers.some((called) => called.includes(id)))
        .filter(({ id }) => {
          const config = configured.find(({ props }) => text(props.FunctionName).includes(id))?.props;
          const drops = config?.MaximumRetryAttempts === 0 && config.MaximumEventAgeInSeconds <= 120;
          return !drops && !config?.DestinationConfig?.OnFailure;
        })
        .map(({ id }) => id);
    },
    spoil: (resources) => {
      const config = of(resources, ASYNC).find(({ props }) => props.DestinationConfig)!;
      delete config.props.DestinationConfig;
    },
  },
  {
    name: 'each feed has one schedule, and the sweep one of its own',
    because: 'a feed without a tick is never read, one with two is read twice for nothing',
    breaks: (resources) => {
      const inputs = of(resources, SCHEDULE).map(
        ({ props }) => JSON.parse(props.Target.Input) as { feed?: FeedId },
      );
      const feeds = inputs.flatMap(({ feed }) => (feed ? [feed] : []));
      return [
        ...feeds.filter((feed, index) => feeds.indexOf(feed) !== index || !FEEDS.includes(feed)),
        ...(inputs.length - feeds.length === 1 ? [] : ['ticks of the sweep']),
      ];
    },
    spoil: (resources) => {
      resources.push(structuredClone(one(resources, SCHEDULE, /gjzwfw/)));
    },
  },
  {
    name: 'no tick comes late',
    because: 'by default the scheduler would deliver a tick for a day',
    breaks: (resources) =>
      names(
        of(resources, SCHEDULE).filter(({ props }) => {
          const { MaximumEventAgeInSeconds: age, MaximumRetryAttempts: retries } =
            props.Target.RetryPolicy ?? {};
          return !(age >= 60 && age <= 120 && retries <= 1);
        }),
      ),
    spoil: (resources) => {
      delete of(resources, SCHEDULE)[0]!.props.Target.RetryPolicy;
    },
  },
  {
    name: 'every function runs on Node 24 and logs where logs end',
    because: 'a group that Lambda makes by itself keeps its lines for ever',
    breaks: (resources) =>
      names(
        of(resources, FUNCTION).filter(
          ({ props }) => props.Runtime !== 'nodejs24.x' || !props.LoggingConfig?.LogGroup,
        ),
      ),
    spoil: (resources) => {
      delete of(resources, FUNCTION)[0]!.props.LoggingConfig;
    },
  },
  {
    name: 'every log group ends, those with numbers in them within a week and under the personal-data key',
    because: 'SNS writes the full number of every SMS into its log',
    breaks: (resources) =>
      names(
        of(resources, LOG).filter(({ stack, props }) => {
          const numbers = text(props.LogGroupName).includes('DirectPublishToPhoneNumber');
          const sound = numbers
            ? props.RetentionInDays <= 7 && props.KmsKeyId && stack === 'Huhang-People'
            : true;
          return !(props.RetentionInDays > 0 && sound);
        }),
      ),
    spoil: (resources) => {
      delete one(resources, LOG, /^SmsFailed/).props.KmsKeyId;
    },
  },
  {
    name: "both halves of the carrier's log are subscribed to",
    because: 'without the failures every SMS would look delivered for ever',
    breaks: (resources) => {
      const subscribed = of(resources, 'AWS::Logs::SubscriptionFilter').map(({ props }) =>
        text(props.LogGroupName),
      );
      return ['SmsDelivered', 'SmsFailed'].filter((half) => !subscribed.some((name) => name.includes(half)));
    },
    spoil: (resources) => {
      resources.splice(resources.indexOf(of(resources, 'AWS::Logs::SubscriptionFilter')[0]!), 1);
    },
  },
  {
    name: 'silence is an alarm: no poll, no sweep, no content of a feed',
    because: 'what has stopped cannot say so',
    breaks: (resources) => {
      const feeds = of(resources, SCHEDULE).flatMap(({ props }) =>
        Object.values(JSON.parse(props.Target.Input)),
      );
      return [
        'NoPoll',
        'NoSweep',
        ...feeds.map((feed) => `Silent${String(feed).replaceAll('-', '')}`),
      ].filter((id) => one(resources, ALARM, new RegExp(`^${id}`))?.props.TreatMissingData !== 'breaching');
    },
    spoil: (resources) => {
      one(resources, ALARM, /^NoSweep/).props.TreatMissingData = 'missing';
    },
  },
  {
    name: "every function's errors, both queues and the spending are watched, and every alarm reaches the operators",
    because: 'an alarm without an action is a light in an empty room',
    breaks: (resources) => [
      ...ours(resources)
        .filter(
          ({ id }) =>
            !of(resources, ALARM).some(({ props }) => text(props.Dimensions ?? props.Metrics).includes(id)),
        )
        .map(({ id }) => id),
      ...['ExpandWaits', 'SendWaits', 'Spend'].filter((id) => !one(resources, ALARM, new RegExp(`^${id}`))),
      ...names(of(resources, ALARM).filter(({ props }) => list(props.AlarmActions).length === 0)),
    ],
    spoil: (resources) => {
      one(resources, ALARM, /^Spend/).props.AlarmActions = [];
    },
  },
  {
    name: 'each function of ours says what V8 may keep, within its memory',
    because: 'left to itself V8 may keep what is dead until there is no room for what lives',
    breaks: (resources) =>
      names(
        ours(resources).filter(({ props }) => {
          const options = String(props.Environment.Variables.NODE_OPTIONS);
          const oldSpace = Number(/--max-old-space-size=(\d+)/.exec(options)?.[1]);
          return !(oldSpace < props.MemorySize) || !/--max-semi-space-size=\d+/.test(options);
        }),
      ),
    spoil: (resources) => {
      ours(resources)[0]!.props.Environment.Variables.NODE_OPTIONS = '--max-old-space-size=4096';
    },
  },
  {
    name: 'no function is told another address of AWS, or a secret',
    because: 'the first belongs to one machine, the second into a store that logs who reads it',
    breaks: (resources) =>
      of(resources, FUNCTION).flatMap(({ id, props }) =>
        Object.keys(props.Environment?.Variables ?? {})
          .filter((name) => /ENDPOINT|SECRET|PASSWORD|TOKEN/.test(name))
          .map((name) => `${id}: ${name}`),
      ),
    spoil: (resources) => {
      ours(resources)[0]!.props.Environment.Variables.AWS_ENDPOINT_URL_SNS = 'http://127.0.0.1:1';
    },
  },
  {
    name: 'no route of the console is open, and none is without a limit',
    because: 'behind it stand the acts that move people',
    breaks: (resources) => [
      ...names(
        of(resources, 'AWS::ApiGatewayV2::Route').filter(
          ({ props }) => !['AWS_IAM', 'JWT'].includes(props.AuthorizationType),
        ),
      ),
      ...names(
        of(resources, 'AWS::ApiGatewayV2::Stage').filter(
          ({ props }) => !props.AccessLogSettings || !props.DefaultRouteSettings?.ThrottlingRateLimit,
        ),
      ),
    ],
    spoil: (resources) => {
      of(resources, 'AWS::ApiGatewayV2::Route')[0]!.props.AuthorizationType = 'NONE';
    },
  },
];
