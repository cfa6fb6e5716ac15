/** Objects on S3. The first segment of a key (`readings/…`, `record/…`) says which bucket holds it. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { assert } from '../outcome.ts';
import { awsFault, failed } from './aws-error.ts';
import { byCodePoint } from './order.ts';
import type { Blobs, BucketName } from './ports.ts';

/** `buckets`: the deployed name of each bucket that this process may use. */
export function s3Blobs(client: S3Client, buckets: Partial<Record<BucketName, string>>): Blobs {
  function bucketOf(key: string): string {
    const [name = ''] = key.split('/', 1);
    const bucket = buckets[name as BucketName];
    assert(bucket, `this process is not given the bucket ${name}`);
    return bucket;
  }

  return {
    async put(key, bytes) {
      const command = new PutObjectCommand({ Bucket: bucketOf(key), Key: key, Body: bytes });
      await client.send(command).catch(failed('blobs.put'));
    },

    async get(key) {
      const command = new GetObjectCommand({ Bucket: bucketOf(key), Key: key });
      try {
        const { Body } = await client.send(command);
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw awsFault('blobs.get', error);
      }
    },

    async list(prefix) {
      const keys: string[] = [];
      let next: string | undefined;
      do {
        const command = new ListObjectsV2Command({
          Bucket: bucketOf(prefix),
          Prefix: prefix,
          ContinuationToken: next,
        });
        const { Contents = [], NextContinuationToken } = await client
          .send(command)
          .catch(failed('blobs.list'));
        for (const { Key } of Contents) keys.push(Key!);
        next = NextContinuationToken;
      } while (next);
      // S3 orders them so; what stands in for it on one machine orders by locale.
      return keys.sort(byCodePoint);
    },

    async remove(key) {
      const command = new DeleteObjectCommand({ Bucket: bucketOf(key), Key: key });
      await client.send(command).catch(failed('blobs.remove'));
    },
  };
}
