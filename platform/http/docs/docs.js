/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-call, typescript/no-unsafe-argument, typescript/no-unsafe-return -- served as it is, so nothing here has a type */
// Search and sending of examples for /api/docs. Plain, because it is served as it is.

const API = '/api/v1';
const search = document.querySelector('#search');
const found = document.querySelector('#found');
const key = document.querySelector('#key');
const operations = [...document.querySelectorAll('.operation, .model')];
const links = new Map([...document.querySelectorAll('nav li[data-find]')].map((link) => [link.dataset.find, link]));

// Navigation ----------------------------------------------------------------------------------------------------------------

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.matches('details')) {
    named.open = true;
    named.scrollIntoView();
  }
}

function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const one of operations) {
    const fits = words.every((word) => one.dataset.words.includes(word));
    one.hidden = !fits;
    const link = links.get(one.id);
    if (link !== undefined) link.hidden = !fits;
    if (fits) shown += 1;
  }
  for (const section of document.querySelectorAll('main > section:not(#start)'))
    section.hidden = section.querySelector('details:not([hidden])') === null;
  for (const group of document.querySelectorAll('nav details > div'))
    group.hidden = group.querySelector('li:not([hidden])') === null;
  found.textContent = words.length === 0 ? '' : `${shown} found`;
}

search.addEventListener('input', find);
search.form.addEventListener('submit', (event) => {
  event.preventDefault();
  const first = operations.find((one) => !one.hidden);
  if (first !== undefined) location.hash = first.id;
});
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target.matches('input, textarea')) return;
  event.preventDefault();
  search.focus();
});
window.addEventListener('hashchange', openNamed);
if (window.matchMedia('(max-width: 860px)').matches) document.querySelector('nav > details').open = false;
openNamed();

// Examples ------------------------------------------------------------------------------------------------------------------

function headers(method, hasBody) {
  return {
    ...(key.value === '' ? {} : { authorization: `Bearer ${key.value.trim()}` }),
    ...(method === 'GET' ? {} : { 'idempotency-key': crypto.randomUUID() }),
    ...(hasBody ? { 'content-type': 'application/json' } : {}),
  };
}

let finders;
let values = new Map();

async function rowsOf(path) {
  const answer = await fetch(API + path, { headers: headers('GET', false) });
  if (!answer.ok) return [];
  const told = await answer.json();
  return Array.isArray(told.items) ? told.items : [told];
}

/** What `{{name}}` stands for at this reader's; undefined when there is nothing. A number after the name says which one. */
async function valueOf(name) {
  if (!values.has(name)) values.set(name, lookUp(name));
  return values.get(name);
}

async function lookUp(name) {
  const [base, place = '0'] = name.split('.');
  finders ??= await (await fetch('/api/docs/finders.json')).json();
  const finder = finders[name] ?? finders[base];
  if (finder === undefined) return undefined;
  const wanted = await Promise.all(
    Object.entries(finder.where ?? {}).map(async ([field, value]) => [field, await filled(value)]),
  );
  const rows = (await rowsOf(await filled(finder.path))).filter((row) =>
    wanted.every(([field, value]) => String(row[field]) === value),
  );
  return rows[Number(place) || 0]?.[finder.field];
}

/** The text with every `{{name}}` replaced that something was found for. */
async function filled(text) {
  const names = [...new Set([...text.matchAll(/\{\{([\w.]+)\}\}/g)].map(([, name]) => name))];
  const known = await Promise.all(names.map(async (name) => [name, await valueOf(name)]));
  return known.reduce(
    (so, [name, value]) => (value === undefined ? so : so.replaceAll(`{{${name}}}`, String(value))),
    text,
  );
}

function tell(form, html) {
  form.querySelector('.told').replaceChildren(...html);
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Fills the form's placeholders in. False when some are left that the reader has to fill in. */
async function fill(form) {
  const fields = [form.elements.path, form.elements.body].filter((field) => field !== undefined);
  for (const field of fields) field.value = await filled(field.value);
  const left = fields.flatMap((field) => field.value.match(/\{\{[\w.]+\}\}/g) ?? []);
  if (left.length > 0)
    tell(form, [
      element('p', 'bad', `Fill in ${[...new Set(left)].join(', ')}: there is nothing here to take it from.`),
    ]);
  return left.length === 0;
}

function addressOf(form, preview) {
  const path = form.elements.path.value;
  return API + path + (preview ? `${path.includes('?') ? '&' : '?'}preview=true` : '');
}

async function send(form, preview) {
  if (!(await fill(form))) return;
  const { method } = form.dataset;
  if (
    !preview &&
    method !== 'GET' &&
    !confirm(`This is no preview: ${method} ${form.elements.path.value} will be done.`)
  )
    return;
  const body = form.elements.body?.value;
  const from = performance.now();
  const stop = new AbortController();
  const answer = await fetch(addressOf(form, preview), {
    method,
    headers: headers(method, body !== undefined),
    body,
    signal: stop.signal,
  });
  const type = answer.headers.get('content-type') ?? '';
  // A stream has no end to wait for.
  const raw = type.startsWith('text/event-stream') ? '(a stream of events)' : await answer.text();
  if (type.startsWith('text/event-stream')) stop.abort();
  const told = type.includes('json') ? JSON.stringify(JSON.parse(raw), undefined, 2) : raw;
  const status = `${answer.status} in ${Math.round(performance.now() - from)} ms${preview ? ', nothing was done' : ''}`;
  const result = element('pre', '', told === '' ? '(without content)' : told);
  result.tabIndex = 0;
  tell(form, [element('p', answer.ok ? 'status' : 'status bad', status), result]);
}

async function copy(form) {
  await fill(form);
  const { method } = form.dataset;
  const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const lines = [
    `curl -X ${method} ${quoted(location.origin + addressOf(form, false))}`,
    `-H 'Authorization: Bearer osk_…'`,
    ...(method === 'GET' ? [] : [`-H "Idempotency-Key: $(uuidgen)"`]),
    ...(form.elements.body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${quoted(form.elements.body.value)}`]),
  ];
  const text = lines.join(' \\\n  ');
  await navigator.clipboard?.writeText(text);
  tell(form, [element('p', 'status', 'Copied:'), element('pre', '', text)]);
}

async function busy(form, work) {
  const buttons = form.querySelectorAll('button');
  for (const button of buttons) button.disabled = true;
  try {
    await work();
  } catch (error) {
    tell(form, [element('p', 'bad', `This could not be sent: ${error.message}`)]);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

for (const form of document.querySelectorAll('form.example')) {
  form.querySelector('.buttons').hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void busy(form, () => send(form, event.submitter?.value === 'preview'));
  });
  form.querySelector('button[value=curl]').addEventListener('click', () => void busy(form, () => copy(form)));
  // Placeholders are replaced as soon as somebody looks, so that what will be sent can be read before.
  form.closest('details').addEventListener('toggle', ({ target }) => target.open && void fill(form), { once: true });
}

async function sayWho() {
  const who = document.querySelector('#who');
  values = new Map();
  if (key.value !== '') {
    const answer = await fetch(`${API}/api-key`, { headers: headers('GET', false) });
    who.textContent = answer.ok ? `the key ${(await answer.json()).name}` : 'nobody: this key opens nothing';
    return;
  }
  const answer = await fetch(`${API}/session`);
  who.textContent = answer.ok
    ? (await answer.json()).person.name
    : 'nobody: sign in to the office in this browser, or give a key';
}

document.querySelector('.caller').hidden = false;
key.addEventListener('change', () => void sayWho());
void sayWho();
