/** CDK entry: settings in, stacks out. `node infra/app.ts` synthesizes offline into `$CDK_OUTDIR`. */
import { App, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import { WatchStack } from './alarms.ts';
import { PeopleStack } from './people-stack.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { RecordStack } from './record-stack.ts';
import { SETTINGS, type Settings } from './settings.ts';
import { SmsStack } from './sms-stack.ts';

/** The whole deployment. The feature flags are passed here, because a plain `node` run does not read cdk.json. */
export function huhang(settings: Settings, outdir?: string): App {
  const app = new App({ context: flags, analyticsReporting: false, ...(outdir && { outdir }) });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  Tags.of(app).add('product', settings.name);
  const where: StackProps = { env: { region: settings.region } };
  const kept: StackProps = { ...where, terminationProtection: true };

  const record = new RecordStack(app, `${settings.name}-Record`, settings, kept);
  const people = new PeopleStack(app, `${settings.name}-People`, settings, record.accessLogs, kept);
  new SmsStack(app, `${settings.name}-Sms`, settings, people, where);
  const pipeline = new PipelineStack(app, `${settings.name}-Pipeline`, settings, record, people, where);
  new WatchStack(app, `${settings.name}-Watch`, settings, pipeline, where);
  return app;
}

/**
 * Variables that point the AWS SDK at another address belong to the one-machine mode. A deployment made in such a
 * shell is a mistake in the making, so it is refused before anything is built.
 */
export function refuseLocalEndpoints(environment: Record<string, string | undefined>): void {
  const found = Object.keys(environment).filter((name) => name.startsWith('AWS_ENDPOINT_URL'));
  if (found.length > 0) {
    throw new Error(`unset ${found.join(', ')}: this shell speaks to a local stand-in, not to AWS`);
  }
}

if (import.meta.main) {
  refuseLocalEndpoints(process.env);
  huhang(SETTINGS).synth();
}
