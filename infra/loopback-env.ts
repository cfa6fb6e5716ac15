/** The environment of one machine: worthless credentials, loopback endpoints, nothing that leads a client elsewhere. */

const SERVICES = ['DYNAMODB', 'SQS', 'S3', 'KMS', 'SNS'];

/** Replaces every AWS variable of this process by `env`; refuses an endpoint that is not on this machine. */
export function useOnly(env: Record<string, string>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, env, {
    AWS_REGION: 'ap-southeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // Profiles of the person at this machine must not be read.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  for (const service of SERVICES) {
    // Nobody asks SNS but a running system; where no carrier stands, a closed port of this machine does.
    process.env[`AWS_ENDPOINT_URL_${service}`] ??= 'http://127.0.0.1:9';
    const { hostname } = new URL(process.env[`AWS_ENDPOINT_URL_${service}`]!);
    if (hostname !== '127.0.0.1')
      throw new Error(`${service} would be asked at ${hostname}, not on this machine`);
  }
}
