import { describe, expect, it } from 'vitest';
import { startEmulators } from '../infra/emulators.ts';
import { dynamoClient } from '../shared/io/clients.ts';
import { parseConfig } from '../shared/io/config.ts';
import { dynamoStore } from '../shared/io/dynamo.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import { memoryVault } from '../shared/io/memory/vault.ts';
import { sealedStore } from '../shared/io/sealed-store.ts';
import { storeContract } from './contract-store.ts';
import { NO_CREDENTIALS } from './loopback.ts';

storeContract('memory', async () => {
  const store = memoryStore();
  return { store, settleIndex: () => undefined };
});

storeContract('memory with a lagging index and short pages', async () => {
  const store = memoryStore({ indexLag: 10, pageItems: 3 });
  return { store, settleIndex: store.settleIndex };
});

storeContract('memory, its personal fields sealed', async () => {
  const store = memoryStore();
  return { store: sealedStore(store, memoryVault()), settleIndex: store.settleIndex };
});

storeContract('DynamoDB, embedded', async () => {
  const emulators = await startEmulators();
  Object.assign(process.env, emulators.env, NO_CREDENTIALS);
  const client = dynamoClient();
  return {
    store: dynamoStore(client, parseConfig(process.env).tables),
    settleIndex: () => undefined,
    async stop() {
      client.destroy();
      await emulators.stop();
    },
  };
});

describe('the lag of the index in memory', () => {
  it('hides a write until as many others followed', async () => {
    const store = memoryStore({ indexLag: 2 });
    const find = async () => (await store.byIndex('deliveries', 'm-1')).length;
    await store.put('deliveries', { pk: 'n', sk: 'p-1', messageId: 'm-1' });
    expect(await find()).toBe(0);
    await store.put('deliveries', { pk: 'n', sk: 'p-2' });
    expect(await find()).toBe(0);
    await store.put('deliveries', { pk: 'n', sk: 'p-3' });
    expect(await find()).toBe(1);
  });

  it('shows an item in the state it had', async () => {
    const store = memoryStore({ indexLag: 1 });
    await store.put('deliveries', { pk: 'n', sk: 'p-1', messageId: 'm-1', state: 'SENT' });
    await store.put('deliveries', { pk: 'n', sk: 'p-1', messageId: 'm-1', state: 'DELIVERED' });
    expect(await store.byIndex('deliveries', 'm-1')).toMatchObject([{ state: 'SENT' }]);
    store.settleIndex();
    expect(await store.byIndex('deliveries', 'm-1')).toMatchObject([{ state: 'DELIVERED' }]);
  });
});
