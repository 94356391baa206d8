import { afterAll, expect, it } from 'vitest';
import { DamagedChunkError, packChunk } from '../link/chunk.ts';
import { PaperJournal } from '../test/paper-journal.ts';
import { partOf } from './copy-rows.ts';
import { openChunkHere, UnpackThread } from './unpack-thread.ts';

const thread = new UnpackThread();
afterAll(() => thread.close());

async function bytesOf(facts: number): Promise<Buffer> {
  const journal = new PaperJournal();
  journal.write(facts);
  const [life] = await journal.lives();
  const content = await journal.chunk({ life: life!, after: 0, factsMax: facts, wordsTo: 0, sourcesTo: 0 });
  return packChunk(content!);
}

it('a chunk is the same on the thread as here, and so are its rows, each time that its memory is used again', async () => {
  for (const facts of [900, 300, 600]) {
    const here = await openChunkHere(await bytesOf(facts));
    const there = await thread.open(await bytesOf(facts));
    expect(there.header).toEqual(here.header);
    expect(Buffer.compare(await there.rows('7\t1\t'), await here.rows('7\t1\t'))).toBe(0);
    there.close(true);
  }
});

it('several are open at once, and none stands in the rows of another', async () => {
  const chunks = await Promise.all([5, 6, 7].map(async (facts) => thread.open(await bytesOf(facts))));
  const rows = await Promise.all(chunks.map((chunk, index) => chunk.rows(`${index}\t1\t`)));
  rows.forEach((one, index) => {
    const lines = one.toString().trimEnd().split('\n');
    expect(lines).toHaveLength(5 + index);
    expect(lines.every((line) => line.startsWith(`${index}\t1\t`))).toBe(true);
    expect(partOf(one, 2, 4).toString()).toBe(
      lines
        .slice(2, 4)
        .map((line) => `${line}\n`)
        .join(''),
    );
  });
  for (const chunk of chunks) chunk.close(true);
});

it('what is no chunk is said to be none, and the thread goes on', async () => {
  await expect(thread.open(Buffer.from('no chunk'))).rejects.toThrow(DamagedChunkError);
  const bent = await bytesOf(50);
  bent[bent.length >> 1]! ^= 0xff;
  await expect(thread.open(bent)).rejects.toThrow(DamagedChunkError);
  expect((await thread.open(await bytesOf(50))).header.facts).toBe(50);
});
