/**
 * The tables, as data: the stacks, the embedded store and the code are all derived from this list. Every table
 * has string keys `pk` and `sk` that a person can type by hand.
 */

export interface TableSpec {
  /** The field of the table's one index, where it has one; the index may lag. */
  index?: string;
  /** Holds names or phone numbers: encrypted under the personal-data key, out of every log and export. */
  personal: boolean;
  /** Its fields that name a person: sealed one by one besides, so that reading the table is not reading them. */
  sealed?: readonly string[];
  /** Field with an epoch second after which the item may be tidied away; never relied upon. */
  tidyAfter?: string;
}

/** Beside what one item is stands its key, `pk / sk`. */
export const TABLES = {
  /** An event of a district's record, sealed by its hash. exam#district / seq in 8 digits */
  chain: { personal: false },
  /** A warning message as merged from every feed that carried it. day first seen, in China / warning id */
  warnings: { personal: false },
  /** Health, validators and listing of a feed. feed id / - */
  feeds: { personal: false },
  /** An entry that could not be read, with its raw text. feed id / hash of the raw text */
  quarantine: { personal: false },
  /** A version of an exam, a plan or a roster, with author and time. kind#id / version */
  versions: { personal: false },
  /** A person of one roster version. exam#version#site (- for the whole district) / person id */
  roster: { personal: true, sealed: ['name', 'phone', 'needs'] },
  /** What senders need of a notice, projected from the chain. exam#district / notice number */
  notices: { personal: false },
  /** Up to 500 people of a notice, of one site and the same papers, frozen. exam#district#notice / slice in 4 digits */
  slices: { personal: false },
  /** A pointer to an open slice: a hint that the sweep lays again. lane / urgency#exam#district#notice#slice */
  work: { personal: false },
  /** What a person typed into one act; the chain has its hash. hash of the typed fields / - */
  entries: { personal: true },
  /** One notice to one person, and its state. exam#district#notice / person id */
  deliveries: { personal: true, index: 'messageId', sealed: ['to'] },
  /** A receipt whose SMS is not known yet, parked for 72 hours. keyed hash of the number / message id */
  receipts: { personal: true, tidyAfter: 'tidyAt' },
  /** The data key under which personal fields are sealed, as KMS wrapped it. vault / its number */
  keys: { personal: true },
  /** The carrier's grant in parts per second and when it is next free. grant / - */
  grant: { personal: false },
} as const satisfies Record<string, TableSpec>;

export type TableName = keyof typeof TABLES;
