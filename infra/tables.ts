/** The catalogue of tables as DynamoDB tables, the same way for both stateful stacks. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { TABLES, type TableName, type TableSpec } from '../shared/io/tables.ts';

export type TableMap = Partial<Record<TableName, TableV2>>;

const catalogue = Object.entries(TABLES) as [TableName, TableSpec][];

/** Every table whose `personal` flag is the one given, encrypted under `key` and kept whatever becomes of the stack. */
export function tables(scope: Construct, personal: boolean, key: IKey): TableMap {
  const mine = catalogue.filter(([, spec]) => spec.personal === personal);
  return Object.fromEntries(mine.map(([name, spec]) => [name, table(scope, name, spec, key)]));
}

function table(scope: Construct, name: TableName, spec: TableSpec, key: IKey): TableV2 {
  const made = new TableV2(scope, `Table-${name}`, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.customerManagedKey(key),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(spec.tidyAfter && { timeToLiveAttribute: spec.tidyAfter }),
  });
  if (spec.index) {
    made.addGlobalSecondaryIndex({
      indexName: spec.index,
      partitionKey: { name: spec.index, type: AttributeType.STRING },
    });
  }
  return made;
}
