/**
 * The SMS settings of an account in one region. They have no CloudFormation resource and hold for everything in that
 * account, so exactly one deployment may own this stack.
 */
import { RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import type { PeopleStack } from './people-stack.ts';
import type { Settings } from './settings.ts';

/** Per cent of delivered SMS that SNS logs. Below 100 a delivery without a receipt could not be told from a lost one. */
const SUCCESS_SAMPLING = 100;

export class SmsStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, people: PeopleStack, props: StackProps) {
    super(scope, id, props);
    const delivery = this.deliveryRole(people);
    const logGroup = new LogGroup(this, 'SmsAttributesLog', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = this.settingsRole(delivery, logGroup);
    const call = {
      service: 'SNS',
      action: 'setSMSAttributes',
      parameters: {
        attributes: {
          DefaultSMSType: 'Transactional',
          DeliveryStatusIAMRole: delivery.roleArn,
          DeliveryStatusSuccessSamplingRate: String(SUCCESS_SAMPLING),
          MonthlySpendLimit: String(settings.smsSpendLimitUsd),
        },
      },
      physicalResourceId: PhysicalResourceId.of('sms-attributes'),
    };
    const settled = new AwsCustomResource(this, 'SmsAttributes', {
      onUpdate: call,
      role,
      installLatestAwsSdk: false,
      logGroup,
    });
    settled.node.addDependency(role);
  }

  /** What SNS asks for to write its delivery log, on the two groups that exist already and on no other. */
  private deliveryRole(people: PeopleStack): Role {
    const role = new Role(this, 'DeliveryStatus', {
      assumedBy: new ServicePrincipal('sns.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'logs:CreateLogGroup',
          'logs:CreateLogStream',
          'logs:PutLogEvents',
          'logs:PutMetricFilter',
          'logs:PutRetentionPolicy',
        ],
        resources: [people.smsLogs.delivered.logGroupArn, people.smsLogs.failed.logGroupArn],
      }),
    );
    return role;
  }

  /** The role of the function that CDK adds to make the call; its own would carry a broad managed policy. */
  private settingsRole(delivery: Role, log: LogGroup): Role {
    const role = new Role(this, 'SetAttributes', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(role);
    role.addToPolicy(new PolicyStatement({ actions: ['sns:SetSMSAttributes'], resources: ['*'] }));
    role.addToPolicy(new PolicyStatement({ actions: ['iam:PassRole'], resources: [delivery.roleArn] }));
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'SetSMSAttributes acts on the account and takes no resource; the role may call nothing else of SNS.',
    });
    return role;
  }
}
