import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { nameFor } from './archive.ts';
import { folderPlace } from './folder-place.ts';
import { frameBytes, readFrames } from './frames.ts';
import { MissingPart, type Place } from './place.ts';
import { madeAt, superfluous } from './retention.ts';
import { s3Place } from './s3-place.ts';
import { isDue, lastDue, nextDue, scheduleOf } from './schedule.ts';
import { inChunks, seal, sealKey, unseal } from './seal.ts';
import { startS3StandIn } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshelf-backup-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function* some(...parts: Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}

async function all(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

describe('frames', () => {
  const bytes = Buffer.concat([
    ...frameBytes('J', Buffer.from('{}')),
    ...frameBytes('D', Buffer.alloc(0)),
    ...frameBytes('D', randomBytes(200_000)),
  ]);

  test.each([1, 3, 5, 7_919, 1_000_000])('are read again however they were cut (%i bytes)', async (size) => {
    const frames = [];
    for await (const frame of readFrames(inChunks(some(bytes), size === 1 ? 1_000 : size)))
      frames.push([frame.kind, frame.content.length]);
    expect(frames).toEqual([
      ['J', 2],
      ['D', 0],
      ['D', 200_000],
    ]);
  });

  test.each([1, 4, 6, 100_000])('that end in the middle are told (%i bytes)', async (length) => {
    const reading = async (): Promise<void> => {
      for await (const frame of readFrames(some(bytes.subarray(0, length))))
        expect(frame.content.length).toBeLessThan(3);
    };
    await expect(reading()).rejects.toThrow('ends in the middle');
  });
});

describe('sealing', () => {
  const key = sealKey(randomBytes(32), randomBytes(32));
  const MB = 2 ** 20;

  test.each([0, 1, MB - 1, MB, MB + 1, 3 * MB])('%i bytes come out as they went in', async (length) => {
    const plain = randomBytes(length);
    expect((await all(unseal(seal(some(plain), key), key))).equals(plain)).toBe(true);
  });

  test('what was changed, cut off, moved or left out does not open', async () => {
    const closed = await all(seal(some(randomBytes(3 * MB)), key));
    const size = MB + 16;
    const chunk = (n: number): Buffer => closed.subarray(n * size, (n + 1) * size);
    const changed = Buffer.from(closed);
    changed[size + 5] = (changed[size + 5] ?? 0) ^ 1;
    const wrong = {
      changed,
      'cut off at a chunk': closed.subarray(0, 2 * size),
      'cut off in a chunk': closed.subarray(0, closed.length - 1),
      swapped: Buffer.concat([chunk(1), chunk(0), chunk(2)]),
      'left out': Buffer.concat([chunk(0), chunk(2)]),
      empty: Buffer.alloc(0),
    };
    for (const [what, bytes] of Object.entries(wrong))
      await expect(all(unseal(some(bytes), key)), what).rejects.toThrow('changed or its end is missing');
    const other = sealKey(randomBytes(32), randomBytes(32));
    await expect(all(unseal(some(closed), other))).rejects.toThrow('changed or its end is missing');
  });
});

describe('retention', () => {
  const at = (text: string): string => nameFor(Date.parse(text));

  test('a name says when', () => {
    expect(madeAt(at('2026-11-22T10:30:00Z'))).toBe(Date.parse('2026-11-22T10:30:00Z'));
  });

  test('of each day, week and month the last one stays', () => {
    const names = [
      '2026-09-30T03:00:00Z',
      '2026-10-15T03:00:00Z',
      '2026-10-31T03:00:00Z',
      '2026-11-08T03:00:00Z',
      '2026-11-14T03:00:00Z',
      '2026-11-15T03:00:00Z',
      '2026-11-20T03:00:00Z',
      '2026-11-21T03:00:00Z',
      '2026-11-22T03:00:00Z',
      '2026-11-22T10:00:00Z',
    ].map(at);
    const gone = superfluous(names, { days: 2, weeks: 3, months: 2 }).map((name) =>
      new Date(madeAt(name)).toISOString(),
    );
    expect(gone.toSorted()).toEqual([
      '2026-09-30T03:00:00.000Z',
      '2026-10-15T03:00:00.000Z',
      '2026-11-14T03:00:00.000Z',
      '2026-11-20T03:00:00.000Z',
      '2026-11-22T03:00:00.000Z',
    ]);
  });

  test('the latest stays whatever is set', () => {
    const names = [at('2026-01-01T00:00:00Z'), at('2026-01-02T00:00:00Z')];
    expect(superfluous(names, { days: 0, weeks: 0, months: 0 })).toEqual([names[0]]);
  });
});

describe('schedule', () => {
  const now = Date.parse('2026-11-22T10:30:00Z');

  test('off is none; hourly and a time are due so', () => {
    expect(scheduleOf('off')).toBeUndefined();
    const [hourly, daily] = [scheduleOf('hourly'), scheduleOf('23:30')];
    if (hourly === undefined || daily === undefined) throw new Error('there must be two');
    expect(new Date(lastDue(hourly, now)).toISOString()).toBe('2026-11-22T10:00:00.000Z');
    expect(new Date(lastDue(daily, now)).toISOString()).toBe('2026-11-21T23:30:00.000Z');
    expect(new Date(nextDue(daily, now)).toISOString()).toBe('2026-11-22T23:30:00.000Z');
    expect(isDue(daily, { now, begunAt: Date.parse('2026-11-21T23:29:59Z') })).toBe(true);
    expect(isDue(daily, { now, begunAt: Date.parse('2026-11-21T23:30:01Z') })).toBe(false);
  });
});

const NAMES = [
  'oneshelf-20260101T000000Z-000001',
  'oneshelf-20260102T000000Z-000002',
  'oneshelf-20260103T000000Z-000003',
] as const;
const s3 = { accessKeyId: 'us', secretAccessKey: 'secret/with+signs', region: 'eu-x' };

async function tryPlace(place: Place): Promise<void> {
  const [first, second, third] = NAMES;
  expect(await place.list()).toEqual([]);
  for (const name of [second, first]) {
    const writing = await place.begin(name);
    await writing.put('part-000001', Buffer.from(`one of ${name}`));
    await writing.put('part-000002', Buffer.from('two'));
    await writing.finish(Buffer.from('{}'));
  }
  const unfinished = await place.begin(third);
  await unfinished.put('part-000001', Buffer.from('half'));
  expect(await place.list()).toEqual([first, second]);
  expect((await place.read(first, 'part-000001')).toString()).toBe(`one of ${first}`);
  await expect(place.read(first, 'part-000003')).rejects.toThrow(MissingPart);
  await place.remove(first);
  expect(await place.list()).toEqual([second]);
}

test('a folder keeps backups, and what was not finished is none', async () => {
  const place = folderPlace(join(folder, 'kept'));
  await tryPlace(place);
  const partial = join(folder, 'kept', `${NAMES[2]}.partial`);
  writeFileSync(join(folder, 'kept', 'something else'), '');
  await place.sweep(Date.now());
  expect(readdirSync(join(folder, 'kept'))).toContain(`${NAMES[2]}.partial`);
  utimesSync(partial, new Date(0), new Date(0));
  await place.sweep(Date.now());
  expect(readdirSync(join(folder, 'kept')).toSorted()).toEqual([NAMES[1], 'something else'].toSorted());
  expect(await place.free()).toBeGreaterThan(0);
});

test('a storage keeps backups, is signed to, and is tried again when it breaks', async () => {
  const storage = await startS3StandIn(s3);
  try {
    const options = { endpoint: storage.url, bucket: 'kept', prefix: 'shop 1/', pauseMs: 1, ...s3 };
    const place = s3Place(options);
    storage.breakAfter(3, 'close');
    await tryPlace(place);
    storage.breakAfter(0, 'error');
    await place.sweep(Date.now());
    expect([...storage.objects.keys()].map((key) => key.split('/')[1])).toEqual([NAMES[1], NAMES[1], NAMES[1]]);
    expect(storage.answered.get(403)).toBeUndefined();
    const stranger = s3Place({ ...options, secretAccessKey: 'another' });
    await expect(stranger.list()).rejects.toThrow('403 (SignatureDoesNotMatch: No.)');
  } finally {
    await storage.close();
  }
});

test('a storage that is not there is told', async () => {
  const place = s3Place({ endpoint: 'http://127.0.0.1:9', bucket: 'b', prefix: '', pauseMs: 1, ...s3 });
  await expect(place.list()).rejects.toThrow('does not take or give what it should');
});
