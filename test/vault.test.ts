/** Names and numbers where they lie: sealed field by field, under a key that KMS keeps, on AWS and on one machine. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { portsFrom } from '../functions/wire.ts';
import { type Emulators, startEmulators } from '../infra/emulators.ts';
import { KEY_FILE } from '../infra/key-server.ts';
import { dynamoClient } from '../shared/io/clients.ts';
import { systemClock } from '../shared/io/clock.ts';
import { parseConfig, VAULT_KEY_VARIABLE } from '../shared/io/config.ts';
import { dynamoStore } from '../shared/io/dynamo.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import { memoryVault } from '../shared/io/memory/vault.ts';
import type { Vault } from '../shared/io/ports.ts';
import { sealedStore } from '../shared/io/sealed-store.ts';
import { DATA_KEY_BYTES, vaultUnder } from '../shared/io/vault.ts';
import { Fault } from '../shared/outcome.ts';
import { candidate } from './delivery-room.ts';
import { NO_CREDENTIALS } from './loopback.ts';

const ROW = { ...candidate(1, { needs: '轮椅' }), pk: 'fk#v1#s1', sk: 'C-00001' };
const PERSONAL = [ROW.name, ROW.phone, ROW.phone.slice(3), ROW.needs];

let dir: string;
let emulators: Emulators;
const portsNow = () => portsFrom(process.env, systemClock);

async function start(): Promise<void> {
  emulators = await startEmulators(dir);
  Object.assign(process.env, NO_CREDENTIALS, emulators.env);
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vault-'));
  await start();
});
afterAll(async () => {
  await emulators.stop();
  rmSync(dir, { recursive: true });
});

describe.each<[string, () => Vault]>([
  ['in memory', memoryVault],
  ['under a key of KMS', () => portsNow().vault],
])('the vault %s', (_, made) => {
  test('opens what it sealed, and seals no value twice alike', async () => {
    const vault = made();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }).map(Buffer.from).map(String), async (text) => {
        const [one, other] = [await vault.seal(text, 'here'), await vault.seal(text, 'here')];
        expect(one).not.toBe(other);
        expect(await vault.open(one, 'here')).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test('does not open what was sealed for another place, was changed, or was never sealed', async () => {
    const vault = made();
    const sealed = await vault.seal(ROW.phone, 'here');
    const last = sealed.endsWith('A') ? 'B' : 'A';
    await expect(vault.open(sealed, 'there')).rejects.toThrow(Fault);
    await expect(vault.open(sealed.slice(0, -1) + last, 'here')).rejects.toThrow(Fault);
    for (const never of [ROW.phone, '', 'v1.', sealed.slice(3)])
      await expect(vault.open(never, 'here')).rejects.toThrow(Fault);
  });

  test('hashes alike what is alike, and tells nothing by it', async () => {
    const vault = made();
    expect(await vault.hash(ROW.phone)).toBe(await made().hash(ROW.phone));
    expect(await vault.hash(ROW.phone)).not.toBe(await vault.hash(`${ROW.phone} `));
    expect(await vault.hash(ROW.phone)).toMatch(/^[0-9a-f]{64}$/);
  });
});

test('another key opens nothing and hashes otherwise', async () => {
  const other = vaultUnder(async () => new Uint8Array(DATA_KEY_BYTES).fill(1));
  await expect(other.open(await memoryVault().seal('x', ''), '')).rejects.toThrow(Fault);
  expect(await other.hash('x')).not.toBe(await memoryVault().hash('x'));
});

test('a key that could not be had is asked for again', async () => {
  let asked = 0;
  const vault = vaultUnder(async () => {
    asked += 1;
    if (asked === 1) throw new Fault('not now', { retryable: true });
    return new Uint8Array(DATA_KEY_BYTES);
  });
  await expect(vault.hash('x')).rejects.toThrow('not now');
  await Promise.all([vault.hash('x'), vault.hash('y')]);
  expect(asked).toBe(2);
});

test('beneath the store a person is ids and sealed fields, and above it a person', async () => {
  const beneath = memoryStore();
  const store = sealedStore(beneath, memoryVault());
  await store.put('roster', ROW);
  const lying = JSON.stringify(beneath.items('roster'));
  expect(PERSONAL.filter((value) => lying.includes(value))).toEqual([]);
  expect(lying).toContain('C-00001');
  expect(await store.get('roster', ROW)).toEqual(ROW);
  expect((await store.query('roster', ROW.pk)).items).toEqual([ROW]);
});

test('a row that is put in another’s place does not tell who stood there', async () => {
  const beneath = memoryStore();
  const store = sealedStore(beneath, memoryVault());
  await store.put('roster', ROW);
  await beneath.put('roster', { ...beneath.items('roster')[0]!, sk: 'C-2' });
  await expect(store.get('roster', { pk: ROW.pk, sk: 'C-2' })).rejects.toThrow(Fault);
});

describe('on one machine', () => {
  test('processes that begin at once agree on one key, and the next start has it still', async () => {
    const hashes = await Promise.all(
      [portsNow(), portsNow(), portsNow()].map(({ vault }) => vault.hash('x')),
    );
    expect(new Set(hashes).size).toBe(1);
    await portsNow().store.put('roster', ROW);
    await emulators.stop();
    await start();
    expect(await portsNow().store.get('roster', ROW)).toEqual(ROW);
    expect(await portsNow().vault.hash('x')).toBe(hashes[0]);
  });

  test('the key file is for its owner alone, and nothing else in the directory tells a name', async () => {
    await portsNow().store.put('roster', ROW);
    expect(statSync(join(dir, KEY_FILE)).mode & 0o777).toBe(0o600);
    const raw = await dynamoStore(dynamoClient(), parseConfig(process.env).tables).get('roster', ROW);
    expect(PERSONAL.filter((value) => JSON.stringify(raw).includes(value))).toEqual([]);
  });

  test('a process without the key reads who stands where and no name, and can look nobody up', async () => {
    await portsNow().store.put('roster', ROW);
    const { [VAULT_KEY_VARIABLE]: _, ...keyless } = process.env;
    const console = portsFrom(keyless, systemClock);
    const seen = await console.store.get('roster', ROW);
    expect(seen).toMatchObject({ personId: 'C-00001', siteId: 's1' });
    expect(PERSONAL.filter((value) => JSON.stringify(seen).includes(value))).toEqual([]);
    await expect(console.vault.hash(ROW.phone)).rejects.toThrow('not given the key');
  });

  test('with another key file nothing opens, and the failure quotes nothing', async () => {
    await portsNow().store.put('roster', ROW);
    const path = join(dir, KEY_FILE);
    const key = readFileSync(path);
    await emulators.stop();
    writeFileSync(path, Buffer.alloc(DATA_KEY_BYTES));
    await start();
    const failure = await portsNow()
      .store.get('roster', ROW)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Fault);
    expect(String(failure)).toContain('vault.unwrap InvalidCiphertextException');
    await emulators.stop();
    writeFileSync(path, key);
    await start();
  });
});
