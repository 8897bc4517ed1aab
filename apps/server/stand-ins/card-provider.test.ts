import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestProvider } from '../../../src/payments/server/test-provider.ts';
import { startCardProvider } from './card-provider.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshelf-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A life of the stand-in, as the server's payments see it. */
async function live<T>(
  file: string | undefined,
  does: (provider: ReturnType<typeof createTestProvider>) => Promise<T>,
): Promise<T> {
  const running = await startCardProvider(file === undefined ? {} : { file });
  try {
    return await does(createTestProvider(running));
  } finally {
    await running.close();
  }
}

const asked = (reference: string, token = 'tok_ok') => ({ reference, token, amountMinor: 2400, currency: 'GBP' });

describe('the test card provider started again', () => {
  it('captures, voids and refunds what was authorised before, and knows what it has done already', async () => {
    const file = join(folder, 'data', 'kept.jsonl');
    const before = await live(file, async (provider) => {
      const good = await provider.authorise(asked('one'));
      const bad = await provider.authorise(asked('two', 'tok_capture_fails'));
      await provider.authorise(asked('three', 'tok_declined'));
      const capture = { authorisationId: good.id, reference: 'c1', amountMinor: 1000 };
      expect(await provider.capture(capture)).toEqual({ kind: 'done' });
      return { good, bad, capture };
    });
    await live(file, async (provider) => {
      const { good, bad, capture } = before;
      expect(await provider.findByReference('one')).toEqual({ ...good, capturedMinor: 1000 });
      expect(await provider.findByReference('three')).toMatchObject({ status: 'declined' });
      expect(await provider.authorise(asked('one'))).toMatchObject({ id: good.id });
      // Told again, because its answer was lost: once is enough.
      expect(await provider.capture(capture)).toEqual({ kind: 'done' });
      expect(await provider.capture({ ...capture, reference: 'c2' })).toEqual({ kind: 'done' });
      expect(await provider.void({ ...capture, reference: 'v1', amountMinor: 400 })).toEqual({ kind: 'done' });
      expect(await provider.capture({ authorisationId: bad.id, reference: 'c3', amountMinor: 2400 })).toMatchObject({
        reason: 'authorisation_expired',
      });
    });
    await live(file, async (provider) => {
      const { capture } = before;
      expect(await provider.refund({ ...capture, reference: 'r1', amountMinor: 2000 })).toEqual({ kind: 'done' });
      expect(await provider.refund({ ...capture, reference: 'r2', amountMinor: 1 })).toMatchObject({
        reason: 'more_than_captured',
      });
      expect(await provider.get(capture.authorisationId)).toMatchObject({
        capturedMinor: 2000,
        voidedMinor: 400,
        refundedMinor: 2000,
      });
    });
  });

  it('skips a line that a crash left half written, and writes on behind it', async () => {
    const file = join(folder, 'torn.jsonl');
    const first = await live(file, (provider) => provider.authorise(asked('one')));
    appendFileSync(file, '{"act":"captures","id":"aut');
    const second = await live(file, (provider) => provider.authorise(asked('two')));
    await live(file, async (provider) => {
      expect(await provider.get(first.id)).toEqual(first);
      expect(await provider.get(second.id)).toEqual(second);
    });
  });

  it('gives no id twice, also without a file', async () => {
    const [one, other] = await Promise.all(
      ['one', 'other'].map((reference) => live(undefined, (provider) => provider.authorise(asked(reference)))),
    );
    expect(one?.id).not.toBe(other?.id);
  });
});
