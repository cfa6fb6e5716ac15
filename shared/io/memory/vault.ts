/** The vault for virtual time: a key that is no secret, so that a run can be repeated. */
import type { Vault } from '../ports.ts';
import { DATA_KEY_BYTES, vaultUnder } from '../vault.ts';

export function memoryVault(): Vault {
  return vaultUnder(async () => new Uint8Array(DATA_KEY_BYTES));
}
