import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from '../../server/browser-testing.ts';
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

const open: Screens['open'] = (path, how) => screens.open(path, how);

/** The row of a list whose first cell says this. */
const row = (page: Page, ...texts: string[]) =>
  texts.reduce((rows, text) => rows.filter({ hasText: text }), page.getByRole('row'));

/** The cell of a row under a head. */
async function cell(page: Page, texts: string[], head: string): Promise<string> {
  const heads = await page.getByRole('columnheader').allInnerTexts();
  return row(page, ...texts)
    .getByRole('cell')
    .nth(heads.indexOf(head))
    .innerText();
}

async function pick(page: Page, field: string, code: string): Promise<void> {
  await page.getByRole('combobox', { name: field }).fill(code);
  await page.getByRole('option').first().waitFor();
  await page.getByRole('combobox', { name: field }).press('Enter');
}

const chooseIn = async (page: Page, field: string, option: string): Promise<void> => {
  await page.getByLabel(field, { exact: true }).first().click();
  await page.getByRole('option', { name: option }).click();
};

describe('signing in', () => {
  it('says what is wrong and lets nobody in', async () => {
    const page = await open('/', { fresh: true });
    await page.getByLabel('E-mail').fill(office.email);
    await page.getByLabel(/^Password/).fill('not this');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    expect(await page.getByRole('alert').innerText()).toContain('The e-mail address or the password is wrong.');
  });

  it('leads to where one wanted to go, and out again', async () => {
    const page = await open('/stock', { fresh: true });
    await page.getByLabel('E-mail').fill(office.email);
    await page.getByLabel(/^Password/).fill(office.password);
    await page.getByLabel(/^Password/).press('Enter');
    await page.getByRole('heading', { name: 'Stock', level: 1 }).waitFor();
    await page.getByRole('button', { name: /Ada Shelf/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

describe('selling', () => {
  it('takes cash, gives change and a receipt, and Today changes in another window without a reload', async () => {
    const today = await open('/');
    const tile = today.getByRole('group', { name: 'Sales', exact: true });
    await tile.getByText('0', { exact: true }).waitFor();
    const page = await open('/');
    await page.getByRole('link', { name: 'Sell' }).first().click();
    await page
      .getByRole('list', { name: 'Goods to choose' })
      .getByRole('button', { name: /Ceramic mug/ })
      .click();
    await page.getByRole('button', { name: 'One more of Ceramic mug' }).click();
    await page.getByRole('group', { name: 'Total' }).getByText('€25.00').waitFor();
    await page.getByRole('button', { name: '€30.00' }).click();
    expect(await page.getByRole('status').filter({ hasText: 'Change' }).innerText()).toContain('€5.00');
    await page.getByRole('button', { name: 'Take €25.00 in cash' }).click();
    const receipt = page.getByRole('article', { name: 'Receipt' });
    await receipt.waitFor();
    const text = await receipt.innerText();
    expect(text).toContain('R-CHI');
    expect(text).toContain('2 × Ceramic mug');
    expect(text).toMatch(/Tax\s+€4\.67/);
    expect(text).toMatch(/Change\s+€5\.00/);
    await tile.getByText('1', { exact: true }).waitFor();
    await today.getByRole('group', { name: 'Sold today' }).getByText('€25.00').waitFor();
  });

  it('needs no mouse: a scan, and Enter twice', async () => {
    const page = await open('/sell');
    await page.getByRole('button', { name: /Ceramic mug/ }).waitFor();
    await page.getByRole('combobox', { name: 'Add to the basket' }).blur();
    await page.evaluate((code) => {
      for (const key of [...code.split(''), 'Enter'])
        document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    }, '4006381333931');
    await page.getByRole('list', { name: 'Basket lines' }).getByText('Ceramic mug').waitFor();
    await page.getByRole('textbox', { name: 'Given' }).press('Enter');
    await page.getByRole('article', { name: 'Receipt' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('The basket is empty').waitFor();
  });

  it('says why a sale cannot be made, and loses nothing', async () => {
    const page = await open('/sell');
    await page
      .getByRole('list', { name: 'Goods to choose' })
      .getByRole('button', { name: /Ceramic mug/ })
      .click();
    for (let more = 0; more < 14; more += 1)
      await page.getByRole('button', { name: 'One more of Ceramic mug' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('not enough units');
    await page.getByRole('button', { name: 'One less of Ceramic mug' }).waitFor();
  });
});

describe('stock', () => {
  it('changes in place when goods are received, and shows the movements that explain the number', async () => {
    const stock = await open('/stock?search=NAP-S');
    await row(stock, 'NAP-S', 'Chiado').waitFor();
    expect(await cell(stock, ['NAP-S', 'Chiado'], 'On hand')).toBe('12');
    const page = await open('/stock/receive');
    await chooseIn(page, 'Location', 'Chiado');
    await pick(page, 'Add goods', 'NAP-S');
    await page.getByLabel('Quantity of', { exact: false }).fill('5');
    await page.getByLabel('Unit cost of', { exact: false }).fill('3.90');
    await page.getByLabel('Delivery note').fill('DN-77');
    await page.getByRole('button', { name: 'Receive goods' }).click();
    await page.getByText('5 units received at Chiado.').waitFor();
    await expect.poll(() => cell(stock, ['NAP-S', 'Chiado'], 'On hand')).toBe('17');
    await row(stock, 'NAP-S', 'Chiado').getByRole('button').click();
    const level = stock.getByRole('dialog');
    await level.getByRole('table', { name: 'Movements that make the number' }).waitFor();
    expect(await level.getByRole('row').filter({ hasText: 'Goods receipt' }).first().innerText()).toContain('+5');
  });

  it('is adjusted by a difference with a reason, and by a count', async () => {
    const page = await open('/stock/adjust');
    await chooseIn(page, 'Location', 'Chiado');
    await pick(page, 'Add goods', 'NAP-L');
    expect(await page.getByRole('button', { name: 'Adjust stock' }).getAttribute('aria-description')).toContain(
      'difference',
    );
    await page.getByLabel('Difference of', { exact: false }).fill('-2');
    await page.getByRole('button', { name: 'Adjust stock' }).click();
    await page.getByText('1 line adjusted at Chiado.').waitFor();
    await page.getByText('By count', { exact: true }).click();
    await pick(page, 'Add goods', 'NAP-L');
    await page.getByLabel('Counted units of', { exact: false }).fill('11');
    await page.getByRole('button', { name: 'Save the count' }).click();
    await page.getByText('1 line counted at Chiado.').waitFor();
    const stock = await open('/stock?search=NAP-L');
    await row(stock, 'NAP-L', 'Chiado').waitFor();
    expect(await cell(stock, ['NAP-L', 'Chiado'], 'On hand')).toBe('11');
  });
});

describe('products', () => {
  it('get another name and price', async () => {
    const page = await open('/products');
    await page.getByRole('link', { name: 'Ceramic mug' }).click();
    await page.getByLabel('Description').fill('Thrown by hand.');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.').first().waitFor();
    await page.getByRole('button', { name: 'Edit MUG-1' }).click();
    await page.getByLabel('Price, Web shop').fill('13.75');
    await page.getByRole('button', { name: 'Save GTIN and prices' }).click();
    await row(page, 'MUG-1').getByText('€13.75').waitFor();
  });

  it('are made in two sizes with a category and a price, and can be sold', async () => {
    const page = await open('/products');
    await page.getByRole('link', { name: 'New product' }).click();
    await page.getByRole('textbox', { name: /^Name/ }).fill('Linen apron');
    await page.getByRole('combobox', { name: /^Category/ }).click();
    await page.getByRole('option', { name: /Another category/ }).click();
    await page.getByLabel('Name of the category').fill('Aprons');
    await page.getByRole('button', { name: 'Add a variant' }).click();
    await page.getByLabel('They differ in').fill('Size');
    for (const [at, size] of ['S', 'L'].entries()) {
      const variant = page.getByRole('group', { name: `Variant ${at + 1}` });
      await variant.getByLabel('Variant', { exact: true }).fill(size);
      await variant.getByLabel('SKU').fill(`APRON-${size}`);
    }
    await page.getByLabel('Price, Stores').fill('29.90');
    await page.getByRole('button', { name: 'Create product' }).click();
    await page.getByRole('heading', { name: 'Linen apron', level: 1 }).waitFor();
    await row(page, 'APRON-L').getByText('€29.90').waitFor();
  });
});

/** Enters an order for a customer and gives its page. */
async function enterOrder(units: string): Promise<Page> {
  const page = await open('/orders/new');
  await page.getByLabel('Find the customer').fill('Prado');
  await page.getByRole('list', { name: 'Customers found' }).getByRole('button').click();
  await pick(page, 'Add goods', 'NAP-L');
  await page.getByLabel('Quantity of', { exact: false }).fill(units);
  await page.getByText('Total').last().waitFor();
  await page.getByRole('button', { name: 'Place order' }).click();
  await page.getByRole('heading', { name: /^O-PHONE/ }).waitFor();
  return page;
}

describe('orders', () => {
  it('are entered for a customer and shipped; the journal shows the entry and what caused it', async () => {
    const page = await enterOrder('2');
    await page.getByText('Inês Prado').waitFor();
    await page.getByRole('button', { name: 'Ship', exact: true }).click();
    const asking = page.getByRole('dialog');
    await asking.getByText('€22.00').waitFor();
    await asking.getByRole('button', { name: 'Ship and invoice' }).click();
    await page.getByText('Completed').waitFor();
    await page.getByText('Invoice').first().waitFor();
    await page
      .getByRole('link', { name: /Journal, event/ })
      .last()
      .click();
    await page.getByRole('heading', { name: 'Journal', level: 1 }).waitFor();
    const entry = page.getByRole('article').first();
    await entry.getByRole('link', { name: 'Shipped and invoiced' }).waitFor();
  });

  it('are cancelled, and their units can be promised again', async () => {
    const stock = await open('/stock?search=NAP-L');
    await row(stock, 'NAP-L', 'Central').waitFor();
    const before = await cell(stock, ['NAP-L', 'Central'], 'Available');
    const page = await enterOrder('3');
    await expect.poll(() => cell(stock, ['NAP-L', 'Central'], 'Available')).toBe(String(Number(before) - 3));
    await page.getByRole('button', { name: 'Cancel order' }).click();
    const asking = page.getByRole('dialog');
    await asking.getByText('€33.00').waitFor();
    await asking.getByLabel('Yes, cancel what has not left').check();
    await asking.getByRole('button', { name: 'Cancel order' }).click();
    await page.getByText('Cancelled', { exact: true }).first().waitFor();
    await expect.poll(() => cell(stock, ['NAP-L', 'Central'], 'Available')).toBe(before);
  });
});

describe('the books', () => {
  it('balance, and the stock is worth what the ledger says', async () => {
    const page = await open('/money/trial-balance');
    await page.getByText('In balance').waitFor();
    await page.goto(`${office.url}/money/valuation`);
    await page.getByText('Ties to the ledger').waitFor();
    await page.goto(`${office.url}/money/profit-and-loss`);
    await row(page, 'Stores').waitFor();
  });
});

const PAGES = [
  '/',
  '/sell',
  '/orders',
  '/orders/new',
  '/stock',
  '/stock/receive',
  '/stock/adjust',
  '/products',
  '/products/new',
  '/quarantine',
  '/money/journal',
  '/money/trial-balance',
  '/money/profit-and-loss',
  '/money/valuation',
  '/company',
];

/** Opens each screen, lets somebody look at it, and says which are wider than the window. */
async function visit(
  how: BrowserContextOptions,
  look: (page: Page, path: string) => Promise<string[]>,
): Promise<string[]> {
  const page = await open('/', { ...how, reducedMotion: 'reduce' });
  const findings: string[] = [];
  for (const path of PAGES) {
    await page.goto(office.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);
    findings.push(...(await look(page, path)).map((finding) => `${path} ${finding}`));
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wider > 1) findings.push(`${path} is ${wider} px wider than the window`);
  }
  return findings;
}

// Fifteen screens each, looked at one after the other: more than a minute on a busy machine.
describe('every screen', { timeout: 240_000 }, () => {
  it('has nothing that axe objects to', async () => {
    expect(await visit({ colorScheme: 'light' }, (page) => axeFindings(page))).toEqual([]);
  });

  it('can be read by night', async () => {
    expect(await visit({ colorScheme: 'dark' }, (page) => axeFindings(page, ['color-contrast']))).toEqual([]);
  });

  it('fits a phone, and is as good there', async () => {
    const phone = { viewport: { width: 390, height: 844 } };
    // The frame is another one there; the rest of each screen was looked at by day.
    const findings = await visit(phone, async (page, path) =>
      path === '/' || path === '/stock' || path === '/sell' ? axeFindings(page) : [],
    );
    expect(findings).toEqual([]);
  });
});

describe('another language', () => {
  it('is Spanish at once, and stays', async () => {
    const page = await open('/');
    await page.getByRole('button', { name: /Ada Shelf/ }).click();
    await page.getByRole('menuitemradio', { name: 'Español' }).click();
    await page.getByRole('heading', { name: 'Hoy', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Hoy', level: 1 }).waitFor();
  });
});

describe('the keyboard', () => {
  it('finds a product from anywhere', async () => {
    const page = await open('/orders');
    await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Find a product').fill('napkin');
    await page.getByRole('button', { name: 'Linen napkin' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Linen napkin', level: 1 }).waitFor();
  });
});
