/** What the rules about the deployment are written in: its resources, and short words to ask for them. */

// biome-ignore lint/suspicious/noExplicitAny: a template is untyped JSON, and its rules read deep into it.
export type Json = any;

export interface Resource {
  stack: string;
  id: string;
  type: string;
  props: Json;
  deletion: string | undefined;
}

export const of = (resources: Resource[], type: string) =>
  resources.filter((resource) => resource.type === type);
export const one = (resources: Resource[], type: string, id: RegExp) =>
  of(resources, type).find((r) => id.test(r.id))!;
export const names = (resources: Resource[]) => resources.map(({ stack, id }) => `${stack}/${id}`);
export const text = (value: Json) => JSON.stringify(value ?? null);
export const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

export const TABLE = 'AWS::DynamoDB::GlobalTable';
export const BUCKET = 'AWS::S3::Bucket';
export const FUNCTION = 'AWS::Lambda::Function';
export const QUEUE = 'AWS::SQS::Queue';
export const LOG = 'AWS::Logs::LogGroup';
export const SCHEDULE = 'AWS::Scheduler::Schedule';
export const MAPPING = 'AWS::Lambda::EventSourceMapping';
export const ASYNC = 'AWS::Lambda::EventInvokeConfig';
export const ALARM = 'AWS::CloudWatch::Alarm';

/** Actions on the account itself, and on objects whose keys nobody can list in advance. */
export const UNNAMED = new Set(['sns:SetSMSAttributes', 's3:GetObject', 's3:PutObject', 's3:DeleteObject']);

/** Every statement of every policy, with the role or policy that carries it. */
export function allowed(
  resources: Resource[],
): { in: string; actions: string[]; resources: Json[]; notResources: Json[] }[] {
  return of(resources, 'AWS::IAM::Policy').flatMap((policy) =>
    list(policy.props.PolicyDocument.Statement).map((statement: Json) => ({
      in: policy.id,
      actions: list<string>(statement.Action),
      resources: list<Json>(statement.Resource),
      notResources: list<Json>(statement.NotResource),
    })),
  );
}

export const tableNamed = (name: string) => (resource: Resource) => resource.id.startsWith(`Table${name}`);

/** Our functions; the one that CDK adds to set the SMS attributes is not one of them. */
export const ours = (resources: Resource[]) =>
  of(resources, FUNCTION).filter(({ id }) => id.startsWith('Function'));
