import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openTestOffice, type TestOffice } from '../../server/office-testing.ts';
import { openScreens, type Screens } from '../../server/screens-testing.ts';

const DAY_MS = 86_400_000;
let office: TestOffice;
let screens: Screens;
let certificateUntil: number | undefined;
const told: string[] = [];

beforeAll(async () => {
  office = await openTestOffice({
    watched: {
      ways: [
        { name: 'mail', send: async ({ text }) => void told.push(text) },
        { name: 'webhook', send: () => Promise.reject(new Error('ALERT_WEBHOOK_URL answered 404.')) },
      ],
      certificateUntil: () => certificateUntil,
    },
  });
  screens = await openScreens(office);
});
afterAll(async () => {
  await screens?.close();
  await office?.close();
});
afterEach(() => screens.endPages());

it('says that everything is well, and what is looked at', async () => {
  const page = await screens.open('/system/health');
  await page.getByRole('heading', { name: 'Health', level: 1 }).waitFor();
  const checks = page.getByRole('table', { name: 'What is looked at' });
  await checks
    .getByRole('row', { name: /Books balance/ })
    .getByText('Well')
    .waitFor();
  await page.getByRole('status').filter({ hasText: 'Everything is well' }).waitFor();
  await checks
    .getByRole('row', { name: /Full audit/ })
    .getByText('only when asked')
    .waitFor();
  await page.getByRole('button', { name: 'Look now: Full audit of the books' }).click();
  await checks
    .getByRole('row', { name: /Full audit/ })
    .getByText('Well')
    .waitFor();
  await screens.look(page, 'health-well');
});

it('says what is wrong, since when and what to do, and sees by itself that it is over', async () => {
  const page = await screens.open('/system/health');
  certificateUntil = Date.now() + 2.5 * DAY_MS;
  await page.getByRole('button', { name: 'Look now: Certificate' }).press('Enter');
  await page.getByRole('status').filter({ hasText: 'One thing needs somebody' }).waitFor();
  const wrong = page.getByRole('region', { name: 'Certificate' });
  await wrong.getByText('The certificate holds for 2 more days.').waitFor();
  await wrong.getByText('It should have been renewed').waitFor();
  await wrong.getByText('Needs somebody now').waitFor();
  await screens.look(page, 'health-wrong');
  certificateUntil = undefined;
  // Somebody else looks, and this page hears of it.
  await office.ask('POST', '/system/health/certificate/run', {});
  await page.getByRole('status').filter({ hasText: 'Everything is well' }).waitFor();
});

it('sends a test alert and says which way it took', async () => {
  const page = await screens.open('/system/health');
  await page.getByRole('button', { name: 'Send a test alert' }).click();
  const answer = page.getByRole('dialog');
  await answer.getByText('By e-mail').waitFor();
  await answer.getByText('ALERT_WEBHOOK_URL answered 404.').waitFor();
  expect(told).toContainEqual(expect.stringContaining('This is a test.'));
  await screens.look(page, 'health-test-alert');
});

it('speaks Spanish, also of what is wrong and why', async () => {
  const page = await screens.open('/system/health', { locale: 'es-ES' });
  await page.getByRole('heading', { name: 'Estado', level: 1 }).waitFor();
  await page.getByRole('status').filter({ hasText: 'Todo está bien' }).waitFor();
  // What the server would say in English if something were wrong with each of them.
  const wrong: Record<string, { reason: string | null; figures: object }> = {
    database: { reason: 'slow', figures: { latencyMs: 75 } },
    jobs: { reason: 'failed', figures: { failed: 2, detail: 'mail: no route' } },
    backup: { reason: 'old', figures: { ageSeconds: 30 * 3_600 } },
    clock: { reason: 'not_looked_at', figures: { detail: 'timeout' } },
    disk: { reason: null, figures: { freeBytes: 2 * 1024 ** 3, sizeBytes: 100 * 1024 ** 3 } },
  };
  await page.route('**/api/v1/system/health', async (route) => {
    const answer = (await (await route.fetch()).json()) as { checks: readonly object[] };
    const english = { state: 'warn', problem: 'This is English.', remedy: 'So is this.' };
    const checks = Object.entries(wrong).map(([name, of]) => ({ ...answer.checks[0], ...english, name, ...of }));
    await route.fulfill({ json: { ...answer, checks } });
  });
  await page.reload();
  for (const words of [
    'La base de datos tarda 75 ms en responder a la pregunta más pequeña.',
    '2 tareas fracasaron del todo. La última dijo: mail: no route',
    'La última copia buena tiene 30 horas.',
    'No se pudo mirar: timeout',
    'Solo quedan 2,0 GB',
    'Mire si la base de datos está bien',
    'Quite la causa y repítalas',
  ])
    await page.getByText(words).first().waitFor();
  expect(await page.getByText('This is English.').count()).toBe(0);
  expect(await page.getByText('So is this.').count()).toBe(0);
});
