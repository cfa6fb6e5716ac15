/** A file of JSON lines that is only appended to, and in which what was acknowledged survives a crash. */
import { open, readFile, truncate } from 'node:fs/promises';

export interface Journal {
  /**
   * Resolves once the line is on the disk. Lines that wait together are written and synced together. After a write
   * that failed, perhaps in the middle of a line, every other one fails too.
   */
  append(line: unknown): Promise<void>;
  close(): Promise<void>;
}

/** Opens the journal at `path` with what it holds. A last line that a crash cut short was never acknowledged: it goes. */
export async function openJournal<Line>(path: string): Promise<{ journal: Journal; lines: Line[] }> {
  const lines = await whole<Line>(path);
  const file = await open(path, 'a');
  let waiting: string[] = [];
  let written: Promise<void> = Promise.resolve();

  async function writeWaiting(): Promise<void> {
    if (waiting.length === 0) return;
    const batch = waiting.join('');
    waiting = [];
    await file.appendFile(batch);
    await file.datasync();
  }

  return {
    lines,
    journal: {
      append(line) {
        waiting.push(`${JSON.stringify(line)}\n`);
        written = written.then(writeWaiting);
        return written;
      },
      async close() {
        await written;
        await file.close();
      },
    },
  };
}

async function whole<Line>(path: string): Promise<Line[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) await truncate(path, end);
  const text = bytes.subarray(0, end).toString('utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}
