import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openTestOffice, type TestOffice } from '../../server/office-testing.ts';
import { openScreens, type Screens } from '../../server/screens-testing.ts';

let office: TestOffice;
let screens: Screens;

beforeAll(async () => {
  office = await openTestOffice();
  screens = await openScreens(office);
});
afterAll(async () => {
  await screens?.close();
  await office?.close();
});
afterEach(() => screens.endPages());

it('makes gift cards whose codes are told once, finds, fills and stops one, and shows what a sale earns as the programme changes', async () => {
  const page = await screens.open('/gift-cards');
  await page.getByRole('heading', { name: 'Gift cards', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Make cards' }).click();
  const making = page.getByRole('dialog', { name: 'Make cards' });
  await making.getByRole('combobox', { name: 'Location' }).click();
  await page.getByRole('option').first().click();
  await making.getByRole('textbox', { name: 'How many' }).fill('2');
  await making.getByRole('button', { name: 'Make them' }).click();
  const told = page.getByRole('dialog', { name: '2 cards made' });
  const codes = (await told.getByRole('textbox').inputValue()).split('\n');
  expect(codes).toHaveLength(2);
  await told.getByRole('button', { name: 'I have them' }).click();

  const lastFour = (codes[0] ?? '').slice(-4);
  await page.getByRole('textbox', { name: 'Last four symbols' }).fill(lastFour);
  const cards = page.getByRole('table', { name: 'Gift cards' });
  const row = cards.getByRole('row', { name: `…${lastFour}` });
  await row.waitFor();
  await screens.look(page, 'gift-cards');
  await row.getByRole('link').first().click();
  await page.getByRole('button', { name: 'Put money on it' }).click();
  const filling = page.getByRole('dialog', { name: 'Put money on it' });
  await filling.getByRole('textbox', { name: 'Amount' }).fill('25');
  await filling.getByRole('combobox', { name: 'Location' }).click();
  await page.getByRole('option').first().click();
  await filling.getByRole('textbox', { name: 'Note' }).fill('Sorry');
  await filling.getByRole('button', { name: 'Put money on it' }).click();
  await filling.waitFor({ state: 'hidden' });
  const history = page.getByRole('table', { name: 'History' });
  await history.getByRole('row', { name: /Given · Sorry.*25\.00/ }).waitFor();
  await screens.look(page, 'gift-card');

  await page.goto(`${office.url}/gift-cards`);
  await page.getByRole('textbox', { name: 'Code' }).fill(codes[0] ?? '');
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByRole('button', { name: 'Stop the card' }).click();
  const stopping = page.getByRole('dialog', { name: 'Stop the card' });
  await stopping.getByRole('combobox', { name: 'Location' }).click();
  await page.getByRole('option').first().click();
  await stopping.getByRole('textbox', { name: 'Note' }).fill('Lost');
  await stopping.getByRole('button', { name: 'Stop the card' }).click();
  await page.getByRole('button', { name: 'Let it go on' }).waitFor();

  await page.goto(`${office.url}/loyalty`);
  const preview = page.getByRole('region', { name: 'Preview' });
  await preview.getByText('earns 100 points').waitFor();
  await page.getByRole('group', { name: 'Rule 1' }).getByRole('textbox', { name: 'Points' }).fill('3');
  await preview.getByText('earns 300 points').waitFor();
  await page.getByRole('button', { name: 'Another tier' }).click();
  await page.getByRole('button', { name: 'Another reward' }).click();
  await page.getByRole('button', { name: 'Other days' }).click();
  await preview.getByText('earns 600 points').waitFor();
  await preview.getByText('750 points').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('It needs a name.').first().waitFor();
  const tier = page.getByRole('group', { name: 'Tier 1' });
  await tier.getByRole('textbox', { name: 'Name' }).fill('Silver');
  await page.getByRole('group', { name: 'Reward 1' }).getByRole('textbox', { name: 'Name' }).fill('Five off');
  await screens.look(page, 'loyalty');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  const { items } = await office.ask<{ items: object[] }>('GET', '/loyalty-programmes');
  expect(items).toMatchObject([
    {
      earn: [{ points: 3 }],
      tiers: [{ code: 'tier-1', name: 'Silver', multiplierPpm: 1_250_000 }],
      rewards: [{ code: 'reward-1', name: 'Five off' }],
      multiplierDays: [{ multiplierPpm: 2_000_000 }],
    },
  ]);
}, 120_000);

it('gives a person what was taken beyond a balance, counts it in the menu, and lets it be done and undone', async () => {
  const ask: TestOffice['ask'] = (...asked) => office.ask(...asked);
  type Items<Row> = { readonly items: readonly Row[] };
  const [{ items: locations }, { items: channels }, customer, { items: skus }] = await Promise.all([
    ask<Items<{ id: string; entityId: string; kind: string }>>('GET', '/locations'),
    ask<Items<{ id: string; kind: string }>>('GET', '/channels'),
    ask<{ id: string }>('POST', '/customers', { name: 'Rui Costa' }),
    ask<Items<{ skuId: string }>>('GET', '/stock'),
  ]);
  const store = locations.find(({ kind }) => kind === 'store')!;
  await ask('PUT', '/loyalty-programmes', {
    entityId: store.entityId,
    name: 'Club',
    active: true,
    earn: [
      { name: 'All', points: 1, perMinor: 100, cashBackPpm: 100_000, channelIds: [], productIds: [], categoryIds: [] },
    ],
    multiplierDays: [],
    tiers: [],
    rewards: [],
    value: { points: 100, minor: 100 },
    breakagePpm: 0,
    expiryDays: null,
    spentPoints: 'withhold',
    expiredPoints: 'renew',
  });
  const sell = (amountMinor: number, tenders: object[]) =>
    ask<{ orderId: string }>('POST', '/sales', {
      channelId: channels.find(({ kind }) => kind === 'store')?.id,
      locationId: store.id,
      customerId: customer.id,
      lines: [{ skuId: skus[0]?.skuId, quantity: 1, unitPrice: { amount: amountMinor } }],
      tenders,
    });
  // The cash-back of the first sale pays the second one, and then the first comes back.
  const first = await sell(10_000, [{ method: 'cash' }]);
  await sell(1000, [{ method: 'store_credit', amountMinor: 1000 }]);
  const page = await screens.open('/tasks');
  await page.getByText('Nothing to do').waitFor();
  await ask('POST', '/returns', {
    originalOrderId: first.orderId,
    lines: [{ line: 1, quantity: 1 }],
    reason: 'not wanted',
  });
  // Nobody has to ask for it: it comes by itself, and the menu counts it.
  const row = page.getByRole('table', { name: 'Tasks' }).getByRole('row', { name: /More was taken than there was/ });
  await row.waitFor();
  await page.getByRole('link', { name: 'Tasks one is open' }).waitFor();
  await screens.look(page, 'tasks');
  await row.getByRole('button').first().click();
  const task = page.getByRole('dialog', { name: 'More was taken than there was' });
  await task.getByText(/more than was on it\. Still overdrawn: €9\.00/).waitFor();
  await task.getByRole('link', { name: /^Customer / }).waitFor();
  await screens.look(page, 'task');
  await task.getByRole('textbox', { name: 'What was done (optional)' }).fill('Paid at the counter');
  await task.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Nothing to do').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor();
  await row.getByRole('button').first().click();
  await task.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Nothing to do').waitFor();
  await ask('POST', `/customers/${customer.id}/store-credit`, {
    locationId: store.id,
    currency: 'EUR',
    amountMinor: 900,
    reason: 'goodwill',
    note: 'Let it be',
  });
  await page.getByText('Done', { exact: true }).first().click();
  await row.getByRole('button').first().click();
  await task.getByText('Nothing is owed any more.').waitFor();
  await task.getByRole('button', { name: 'Open again' }).waitFor();
}, 120_000);

it('sells a gift card, takes another one and points at the counter, says what is wrong with a code, and gives goods back with what it keeps', async () => {
  const { items: locations } = await office.ask<{ items: { id: string; code: string }[] }>('GET', '/locations');
  const { items: channels } = await office.ask<{ items: { id: string; code: string }[] }>('GET', '/channels');
  const store = locations.find(({ code }) => code === 'CHI')?.id ?? '';
  const [customer] = (await office.ask<{ items: { id: string }[] }>('GET', '/customers?search=Prado')).items;
  await office.ask('PUT', '/tax-rates', {
    country: 'PT',
    taxClass: 'none',
    validFrom: '2026-01-01',
    ratePpm: 0,
    name: 'Sem IVA',
  });
  const { items: entities } = await office.ask<{ items: { id: string }[] }>('GET', '/entities');
  const everywhere = { channelIds: [], productIds: [], categoryIds: [] };
  await office.ask('PUT', '/loyalty-programmes', {
    entityId: entities[0]?.id,
    name: 'Club',
    active: true,
    earn: [{ name: 'All', points: 1, perMinor: 100, cashBackPpm: 0, ...everywhere }],
    multiplierDays: [],
    tiers: [],
    rewards: [],
    value: { points: 1, minor: 1 },
    breakagePpm: 0,
    expiryDays: null,
    spentPoints: 'withhold',
    expiredPoints: 'renew',
  });
  const gift = await office.ask<{ variants: { skus: { id: string }[] }[] }>('POST', '/products', {
    name: 'Gift card',
    description: 'For later.',
    categoryId: (await office.ask<{ items: { id: string }[] }>('GET', '/categories')).items[0]?.id,
    variants: [{ name: 'One', skus: [{ code: 'GIFT', kind: 'voucher', taxClass: 'none' }] }],
  });
  await office.ask('PUT', '/prices', {
    prices: channels.map(({ id }) => ({ channelId: id, skuId: gift.variants[0]?.skus[0]?.id, amount: 2500 })),
  });
  const { cards } = await office.ask<{ cards: { id: string; code: string }[] }>('POST', '/gift-cards', {
    locationId: store,
    count: 5,
  });
  const given = { locationId: store, amountMinor: 1000, reason: 'goodwill', note: 'Sorry' };
  for (const { id } of cards.slice(0, 2)) await office.ask('POST', `/gift-cards/${id}/credits`, given);
  await office.ask('POST', `/gift-cards/${cards[1]?.id}/block`, { locationId: store, reason: 'Lost' });
  await office.ask('POST', `/customers/${customer?.id}/store-credit`, { ...given, amountMinor: 300 });

  const page = await screens.open('/sell');
  const shelf = page.getByRole('list', { name: 'Goods to choose' });
  await shelf.getByRole('button', { name: /Ceramic mug/ }).click();
  await shelf.getByRole('button', { name: /Gift card/ }).click();
  const selling = page.getByRole('dialog', { name: 'Sell Gift card' });
  await selling.getByRole('textbox', { name: 'Amount' }).fill('20');
  await screens.look(page, 'sell-gift-card');
  await selling.getByRole('button', { name: 'Add to the basket' }).click();
  await page.getByRole('group', { name: 'Total' }).getByText('€32.50').waitFor();

  const kept = page.getByRole('group', { name: 'Gift cards, credit and points' });
  await kept.getByRole('button', { name: 'Gift card' }).click();
  const code = kept.getByRole('textbox', { name: 'Code on the gift card' });
  const say = async (text: string, words: string | RegExp): Promise<void> => {
    await code.fill(text);
    await code.press('Enter');
    await kept.getByText(words).waitFor();
  };
  await say('ABCD', 'This code is mistyped.');
  await say(cards[1]?.code ?? '', /is stopped/);
  await say(cards[2]?.code ?? '', /has not been sold yet/);
  await code.fill(cards[0]?.code ?? '');
  await code.press('Enter');
  await page.getByRole('group', { name: 'Still to pay' }).getByText('€22.50').waitFor();
  await kept.getByRole('button', { name: /Remove Gift card/ }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await kept.getByRole('textbox', { name: /Gift card .* pays/ }).fill('4');
  await page.getByRole('group', { name: 'Still to pay' }).getByText('€28.50').waitFor();
  await page.getByRole('button', { name: 'Customer' }).click();
  await page.getByRole('searchbox').fill('Prado');
  await page
    .getByRole('list', { name: /ustomers/ })
    .getByRole('button')
    .click();
  await kept.getByRole('button', { name: /Use all: Store credit/ }).click();
  await page.getByRole('group', { name: 'Still to pay' }).getByText('€25.50').waitFor();
  await screens.look(page, 'sell-tenders');
  await page.getByRole('button', { name: 'Take €25.50 in cash' }).click();
  const receipt = page.getByRole('article', { name: 'Receipt' });
  await receipt.getByText('Points now').waitFor();
  const text = await receipt.innerText();
  expect(text).toMatch(/Left on it\s+€6\.00/);
  expect(text).toMatch(/New gift card: On the card now\s+[0-9A-Z]{4}[- ]/);
  expect(text).toMatch(/Points earned\s+\d+/);
  await screens.look(page, 'receipt-rewards');

  await page.getByRole('link', { name: 'Open the sale' }).click();
  await page.getByRole('button', { name: 'Take goods back' }).click();
  const back = page.getByRole('dialog');
  await back.getByRole('textbox', { name: 'Ceramic mug' }).fill('1');
  await back.getByRole('region', { name: 'Goes back' }).getByText('€12.50').first().waitFor();
  await back.getByRole('radio', { name: 'To store credit' }).check();
  await back.getByRole('region', { name: 'Goes back' }).getByText('Points taken back').waitFor();
  await screens.look(page, 'give-back');
  await back.getByRole('button', { name: 'Take back and refund' }).click();
  await page.getByText(/is issued/).waitFor();
  const { items: credit } = await office.ask<{ items: { balanceMinor: number }[] }>(
    'GET',
    `/customers/${customer?.id}/store-credit`,
  );
  expect(credit[0]?.balanceMinor).toBe(1250);

  // An order of two gift cards leaves with two from the box.
  const order = await office.ask<{ orderId: string }>('POST', '/orders', {
    channelId: channels.find((channel) => channel.code === 'PHONE')?.id,
    customerId: customer?.id,
    lines: [{ skuId: gift.variants[0]?.skus[0]?.id, quantity: 2 }],
    payment: { method: 'on_account' },
  });
  await page.goto(`${office.url}/orders/${order.orderId}`);
  await page.getByRole('button', { name: 'Ship', exact: true }).click();
  const packing = page.getByRole('dialog', { name: /^Ship/ });
  const ship = packing.getByRole('button', { name: 'Ship and invoice' });
  const fromBox = packing.getByRole('textbox', { name: 'Gift card from the box' });
  await packing.getByText(/Without them new cards are made/).waitFor();
  const pack = async (text: string): Promise<void> => {
    await fromBox.fill(text);
    await fromBox.press('Enter');
  };
  await pack('ABCD');
  await packing.getByText('This code is mistyped.').waitFor();
  await pack(cards[3]?.code ?? '');
  await packing.getByText('1 more to scan.').waitFor();
  await pack(cards[3]?.code ?? '');
  await packing.getByText('This card is packed already.').waitFor();
  expect(await ship.getAttribute('aria-description')).toBe('Scan 2 cards for Gift card One, or none.');
  await screens.look(page, 'ship-gift-cards');
  await pack(cards[4]?.code ?? '');
  await packing.getByText('€50.00').waitFor();
  await ship.click();
  await page.getByText('Completed').waitFor();
  const filled = await office.ask<{ card: { balanceMinor: number } }>('GET', `/gift-cards/${cards[4]?.id}`);
  expect(filled.card.balanceMinor).toBe(2500);
}, 180_000);
