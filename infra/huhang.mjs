#!/usr/bin/env node
/**
 * The `huhang` command. Everything behind it is TypeScript that Node 24 runs as it is; under an older Node this file
 * starts the one that was installed with the project. It must itself run on anything, so it is plain and short.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;
const cli = new URL('./cli.ts', import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) {
  const { main } = await import(cli.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (existsSync(node)) start(node);
  else {
    process.stderr.write(
      `huhang needs Node ${NODE_MAJOR}; this is ${process.version}. Run npm ci, or install Node ${NODE_MAJOR}.\n`,
    );
    process.exitCode = 1;
  }
}

/** Stands in for the program it starts: same words, same streams, same signals, same end. */
function start(node) {
  const child = spawn(node, [fileURLToPath(cli), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`huhang cannot start ${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
