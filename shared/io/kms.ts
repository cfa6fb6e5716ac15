/**
 * The data key of names and numbers: made once by KMS and kept in the table `keys` as KMS wrapped it. Whoever may not
 * use the KMS key reads neither; a process asks once.
 */
import { assert, Fault } from '../outcome.ts';
import { failed } from './aws-error.ts';
import { ITEM_TIMEOUT_MS, limits } from './clients.ts';
import type { Store } from './ports.ts';

/** Bound to the wrapped key: it opens for no other purpose, and CloudTrail shows it with every use. */
const CONTEXT = { huhang: 'names and numbers' };

const WHERE = { pk: 'vault', sk: '1' };

type KeyItem = { wrapped: string };

/** `keyId`: the KMS key, absent where this process is not to open anything. The client is loaded when it is needed. */
export function wrappedDataKey(store: Store, keyId: string | undefined): () => Promise<Uint8Array> {
  return async () => {
    assert(keyId, 'this process is not given the key of names and numbers');
    const { KMSClient, DecryptCommand, GenerateDataKeyCommand } = await import('@aws-sdk/client-kms');
    const client = new KMSClient({ requestHandler: limits(ITEM_TIMEOUT_MS) });
    try {
      const known = await store.get<KeyItem>('keys', WHERE);
      const item = known ?? (await made());
      const CiphertextBlob = Buffer.from(item.wrapped, 'base64');
      const command = new DecryptCommand({ KeyId: keyId, CiphertextBlob, EncryptionContext: CONTEXT });
      const { Plaintext } = await client.send(command).catch(failed('vault.unwrap'));
      return plain(Plaintext);
    } finally {
      client.destroy();
    }

    /** The key that is kept: of two that are made at once, the first. */
    async function made(): Promise<KeyItem> {
      const command = new GenerateDataKeyCommand({
        KeyId: keyId,
        KeySpec: 'AES_256',
        EncryptionContext: CONTEXT,
      });
      const { CiphertextBlob } = await client.send(command).catch(failed('vault.make'));
      const item = { ...WHERE, wrapped: Buffer.from(plain(CiphertextBlob)).toString('base64') };
      await store.putIfAbsent('keys', item);
      return (await store.get<KeyItem>('keys', WHERE)) ?? item;
    }
  };
}

function plain(bytes: Uint8Array | undefined): Uint8Array {
  if (!bytes) throw new Fault('vault: KMS gave no bytes', { retryable: true });
  return bytes;
}
