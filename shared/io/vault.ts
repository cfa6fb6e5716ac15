/** Personal values under one data key: AES-256-GCM for what is read again, HMAC-SHA-256 for what is only looked up. */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { Fault } from '../outcome.ts';
import type { Vault } from './ports.ts';

/** Bytes of the data key, and of the two keys that are derived from it. */
export const DATA_KEY_BYTES = 32;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Stands before every sealed value, so that another way of sealing can follow this one. */
const SEALED = 'v1.';

/** Key objects: bytes would be made into one at each call, which costs more than the sealing. */
interface Keys {
  seal: KeyObject;
  hash: KeyObject;
}

/** `dataKey` is asked once and again only after it has failed. */
export function vaultUnder(dataKey: () => Promise<Uint8Array>): Vault {
  let known: Promise<Keys> | undefined;
  function keys(): Promise<Keys> {
    known ??= dataKey()
      .then(derived)
      .catch((fault) => {
        known = undefined;
        throw fault;
      });
    return known;
  }

  return {
    async seal(text, about) {
      const { seal } = await keys();
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', seal, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(about));
      const sealed = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return SEALED + Buffer.concat(sealed).toString('base64url');
    },

    async open(sealed, about) {
      const { seal } = await keys();
      const bytes = Buffer.from(sealed.slice(SEALED.length), 'base64url');
      try {
        if (!sealed.startsWith(SEALED)) throw new Error('not sealed');
        const nonce = bytes.subarray(0, NONCE_BYTES);
        const cipher = createDecipheriv('aes-256-gcm', seal, nonce, { authTagLength: TAG_BYTES });
        cipher.setAAD(Buffer.from(about));
        cipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        const text = cipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
        return Buffer.concat([text, cipher.final()]).toString('utf8');
      } catch {
        throw new Fault('vault.open: another key, another place, or changed', { retryable: false });
      }
    },

    async hash(text) {
      return createHmac('sha256', (await keys()).hash)
        .update(text)
        .digest('hex');
    },
  };
}

function derived(dataKey: Uint8Array): Keys {
  const from = (purpose: string): KeyObject =>
    createSecretKey(new Uint8Array(hkdfSync('sha256', dataKey, '', `huhang ${purpose}`, DATA_KEY_BYTES)));
  return { seal: from('seal'), hash: from('hash') };
}
