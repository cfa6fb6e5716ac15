/** The way in to the console: an HTTP API on which no route is open to a caller who has not proved who they are. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Requests per second: some tens of officers with a board that asks again every few seconds. */
const RATE_LIMIT = 50;
const BURST_LIMIT = 100;

/** What was asked, by its route: a path carries ids, which the log of the function has anyway. */
const LOGGED = {
  at: '$context.requestTime',
  request: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  ms: '$context.responseLatency',
  caller: '$context.identity.user',
};

export function consoleApi(scope: Construct, fn: IFunction): HttpApi {
  const log = new LogGroup(scope, 'Log-console-access', {
    retention: RetentionDays.SIX_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const api = new HttpApi(scope, 'Console', {
    defaultAuthorizer: new HttpIamAuthorizer(),
    defaultIntegration: new HttpLambdaIntegration('ConsoleFunction', fn),
    createDefaultStage: false,
  });
  api.addStage('ConsoleStage', {
    autoDeploy: true,
    throttle: { rateLimit: RATE_LIMIT, burstLimit: BURST_LIMIT },
    accessLogSettings: {
      destination: new LogGroupLogDestination(log),
      format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
    },
  });
  return api;
}
