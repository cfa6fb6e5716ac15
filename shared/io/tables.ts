/**
 * The tables, as data: the stacks, the embedded store and the code are all derived from this list. Every table
 * has string keys `pk` and `sk` that a person can type by hand.
 */

export interface TableSpec {
  /** What one item is. */
  holds: string;
  pk: string;
  sk: string;
  /** The field of the table's one index, where it has one; the index may lag. */
  index?: string;
  /** Holds names or phone numbers: encrypted under the personal-data key, out of every log and export. */
  personal: boolean;
  /** Its fields that name a person: sealed one by one besides, so that reading the table is not reading them. */
  sealed?: readonly string[];
  /** Field with an epoch second after which the item may be tidied away; never relied upon. */
  tidyAfter?: string;
}

export const TABLES = {
  chain: {
    holds: 'one event of the record of a district, sealed by its hash',
    pk: 'exam#district',
    sk: 'seq, 8 digits',
    personal: false,
  },
  warnings: {
    holds: 'one warning message as merged from every feed that carried it',
    pk: 'day it was first seen, yyyy-MM-dd in China',
    sk: 'warning id',
    personal: false,
  },
  feeds: {
    holds: 'health, validators and listing of one feed',
    pk: 'feed id',
    sk: '-',
    personal: false,
  },
  quarantine: {
    holds: 'an entry that could not be read, with its raw text',
    pk: 'feed id',
    sk: 'hash of the raw text',
    personal: false,
  },
  versions: {
    holds: 'one version of an exam, a plan or a roster census, with author and time',
    pk: 'kind#id',
    sk: 'version',
    personal: false,
  },
  roster: {
    holds: 'one person of one roster version',
    pk: 'exam#version#site (- for the whole district)',
    sk: 'person id',
    personal: true,
    sealed: ['name', 'phone', 'needs'],
  },
  notices: {
    holds: 'what senders need of one notice, projected from the chain',
    pk: 'exam#district',
    sk: 'notice number',
    personal: false,
  },
  slices: {
    holds: 'up to 500 people of a notice with one site and one next session, frozen, by person id',
    pk: 'exam#district#notice',
    sk: 'slice, 4 digits',
    personal: false,
  },
  work: {
    holds: 'a pointer to an open slice; a hint that the sweep lays again, never the truth',
    pk: 'lane',
    sk: 'urgency#exam#district#notice#slice',
    personal: false,
  },
  entries: {
    holds: 'what a person typed into one act, as typed; the chain has its hash',
    pk: 'hash of the typed fields',
    sk: '-',
    personal: true,
  },
  deliveries: {
    holds: 'one notice to one person, and its state',
    pk: 'exam#district#notice',
    sk: 'person id',
    index: 'messageId',
    personal: true,
    sealed: ['to'],
  },
  receipts: {
    holds: 'a receipt whose SMS is not known yet, parked for 72 hours',
    pk: 'keyed hash of the number',
    sk: 'message id',
    personal: true,
    tidyAfter: 'tidyAt',
  },
  keys: {
    holds: 'the data key under which personal fields are sealed, as KMS wrapped it',
    pk: 'vault',
    sk: 'its number',
    personal: true,
  },
  grant: {
    holds: 'the carrier grant in parts per second and when it is next free',
    pk: 'grant',
    sk: '-',
    personal: false,
  },
} as const satisfies Record<string, TableSpec>;

export type TableName = keyof typeof TABLES;
