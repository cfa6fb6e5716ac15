/** One function of the topology on Lambda: bundled, logged, allowed what its line says and nothing else. */
import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { bucketVariable, queueVariable, tableVariable, VAULT_KEY_VARIABLE } from '../shared/io/config.ts';
import type { QueueName } from '../shared/io/ports.ts';
import { acknowledgeObjects, bucketsOf, type Kept, statements, tablesOf } from './permissions.ts';
import { type FunctionName, type FunctionSpec, nodeOptions } from './topology.ts';

/** The law on network security asks for half a year of logs. */
const LOG_RETENTION = RetentionDays.SIX_MONTHS;

/** Everything goes into the bundle, the SDK as well: it starts faster than the runtime's own copy of it. */
export const BUNDLING = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  bundleAwsSDK: true,
  minify: true,
  sourceMap: true,
  sourcesContent: false,
} satisfies BundlingOptions;

export interface HouseFunction {
  fn: NodejsFunction;
  role: Role;
  log: LogGroup;
}

export function houseFunction(
  scope: Construct,
  name: FunctionName,
  spec: FunctionSpec,
  kept: Kept,
  queues: Record<QueueName, IQueue>,
): HouseFunction {
  const log = new LogGroup(scope, `Log-${name}`, {
    retention: LOG_RETENTION,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const role = new Role(scope, `Role-${name}`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  log.grantWrite(role);
  for (const statement of statements(spec, kept)) role.addToPolicy(statement);
  acknowledgeObjects(
    role,
    bucketsOf(spec).map((name) => kept.buckets[name]),
  );
  for (const hinted of spec.hints) queues[hinted].grantSendMessages(role);
  const fn = new NodejsFunction(scope, `Function-${name}`, {
    description: spec.does,
    entry: fileURLToPath(new URL(`../functions/${name}.ts`, import.meta.url)),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: spec.memoryMb,
    timeout: Duration.seconds(spec.timeoutSeconds),
    role,
    logGroup: log,
    environment: environment(spec, kept, queues),
    bundling: BUNDLING,
    ...(spec.alone && { reservedConcurrentExecutions: 1 }),
  });
  return { fn, role, log };
}

/** Told only of what it may use, under the names by which the configuration reads them. */
function environment(
  spec: FunctionSpec,
  kept: Kept,
  queues: Record<QueueName, IQueue>,
): Record<string, string> {
  return {
    NODE_OPTIONS: ['--enable-source-maps', ...nodeOptions(spec)].join(' '),
    ...named(tablesOf(spec), tableVariable, (name) => kept.tables[name]!.tableName),
    ...named(bucketsOf(spec), bucketVariable, (name) => kept.buckets[name]),
    ...named([...spec.hints], queueVariable, (name) => queues[name].queueUrl),
    ...(spec.opensNames && { [VAULT_KEY_VARIABLE]: kept.namesKey.keyArn }),
  };
}

function named<N extends string>(
  names: N[],
  variable: (name: N) => string,
  value: (name: N) => string,
): Record<string, string> {
  return Object.fromEntries(names.map((name) => [variable(name), value(name)]));
}
