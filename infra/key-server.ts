/**
 * KMS for one machine: makes and unwraps data keys under a key in a file beside the data, which only its owner reads.
 * Two operations of its API are all that the product asks for.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { DATA_KEY_BYTES } from '../shared/io/vault.ts';
import { serveOnLoopback } from './loopback-server.ts';

/** The name under which the only key is asked for. */
export const LOCAL_KEY_ID = 'alias/huhang';

/** In the data directory. Without this file nobody reads the names in it again. */
export const KEY_FILE = 'names.key';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Request {
  CiphertextBlob?: string;
  EncryptionContext?: Record<string, string>;
}

/** `dir`: where the key is kept; without it the key ends with the process. Returns the endpoint. */
export async function startKeyServer(dir: string | undefined): Promise<string> {
  const key = dir === undefined ? randomBytes(DATA_KEY_BYTES) : keyIn(join(dir, KEY_FILE));
  const server = await serveOnLoopback(async (request, response) => {
    const answer = await answered(key, request).catch(() => null);
    response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer ?? { __type: 'InvalidCiphertextException' }));
  });
  return server.url;
}

/** The key of the file, made at the first start. */
function keyIn(path: string): Buffer {
  try {
    writeFileSync(path, randomBytes(DATA_KEY_BYTES), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path);
}

async function answered(key: Buffer, request: IncomingMessage): Promise<object> {
  const { CiphertextBlob, EncryptionContext = {} } = (await json(request)) as Request;
  const about = Buffer.from(JSON.stringify(Object.entries(EncryptionContext).sort()));
  if (request.headers['x-amz-target'] === 'TrentService.GenerateDataKey') {
    const made = randomBytes(DATA_KEY_BYTES);
    return {
      KeyId: LOCAL_KEY_ID,
      Plaintext: made.toString('base64'),
      CiphertextBlob: wrap(key, made, about).toString('base64'),
    };
  }
  const wrapped = Buffer.from(CiphertextBlob ?? '', 'base64');
  return { KeyId: LOCAL_KEY_ID, Plaintext: unwrap(key, wrapped, about).toString('base64') };
}

function wrap(key: Buffer, bytes: Buffer, about: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(about);
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function unwrap(key: Buffer, wrapped: Buffer, about: Buffer): Buffer {
  const nonce = wrapped.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(about);
  decipher.setAuthTag(wrapped.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}
