/**
 * `cold-start`: what each function loads before its first event, bundled as it is deployed, against a bundle of nothing
 * but the clients of the services it stands on. Bytes of the bundle, and the time in which a new process imports it.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { FUNCTION_LIST, type FunctionName } from '../topology.ts';
import { byTurns, type Figure, figure } from './figure.ts';

const CLIENTS = {
  '@aws-sdk/client-dynamodb': 'DynamoDBClient',
  '@aws-sdk/client-kms': 'KMSClient',
  '@aws-sdk/client-s3': 'S3Client',
  '@aws-sdk/client-sns': 'SNSClient',
  '@aws-sdk/client-sqs': 'SQSClient',
};

/** Said by a new process: the milliseconds that one import took it. */
const IMPORT = `
const start = performance.now();
await import(process.argv[1]);
process.stdout.write(String(performance.now() - start));`;

const ALL = FUNCTION_LIST.map(([name]) => name);

export async function benchColdStart(names: FunctionName[] = ALL, turns?: number): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'huhang-bundles-'));
  try {
    const bare = join(dir, 'clients.mjs');
    await bundle(
      Object.entries(CLIENTS)
        .map(([name, client]) => `export { ${client} } from '${name}';`)
        .join('\n'),
      bare,
    );
    const figures: Figure[] = [];
    for (const name of names) {
      const ours = join(dir, `${name}.mjs`);
      await bundle(`export { handler } from './functions/${name}.ts';`, ours);
      const [value, floor] = [statSync(ours).size, statSync(bare).size];
      const of = (what: string): { name: string; of: string; n: number } => ({
        name: 'cold-start',
        of: `${name}: ${what}`,
        n: value,
      });
      figures.push(figure({ ...of('bytes'), unit: 'B' }, { floor: [floor], ours: [value] }));
      const sides = await byTurns({ floor: () => imported(bare), ours: () => imported(ours) }, turns);
      figures.push(figure({ ...of('import'), unit: 'ms' }, sides));
    }
    return figures;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function bundle(contents: string, outfile: string): Promise<void> {
  // The constructs take seconds to load: whoever benches something else need not wait for them.
  const { BUNDLING } = await import('../house-function.ts');
  const { format, target, mainFields, minify, sourceMap, sourcesContent } = BUNDLING;
  const resolveDir = fileURLToPath(new URL('../..', import.meta.url));
  await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    bundle: true,
    platform: 'node',
    outfile,
    format,
    target,
    mainFields,
    minify,
    sourcemap: sourceMap,
    sourcesContent,
  });
}

async function imported(file: string): Promise<number> {
  const args = ['--enable-source-maps', '--input-type=module', '-e', IMPORT, pathToFileURL(file).href];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number(stdout);
}
