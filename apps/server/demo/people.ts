import type { WantedCustomer } from '../../../src/customers/server/bulk.ts';
import { addDays, businessDay } from '../../../src/kernel/time.ts';
import type { NewPerson } from '../../../src/staff/server/people.store.ts';
import { demoId, openDice } from './dice.ts';
import { PLACES, type DemoRetailer } from './retailer.ts';

const FIRST = {
  GB: 'Ada Alfie Amara Anwen Archie Beatrix Callum Carys Dev Edie Elspeth Ewan Fern Finlay Freya Gethin Hamish Imogen Isla Jago Kit Leila Lowri Mabel Maisie Morag Nadia Ned Nia Olive Omar Orla Priya Ravi Rhys Rosa Rowan Saoirse Seren Tamsin Tom Una Wilf Yusuf Zara'.split(
    ' ',
  ),
  NL: 'Aniek Bas Bram Daan Eline Femke Fleur Gijs Hanna Hidde Jasmijn Jelle Joost Kaat Lotte Maud Mees Mirre Nora Pim Roos Ruben Sanne Sem Siem Stijn Teun Tess Tijn Wout Yara Youssef'.split(
    ' ',
  ),
};
const LAST = {
  GB: 'Ashdown Barrowby Birchall Brackley Calder Cawthorne Dunmore Eastlake Fairbrass Garland Hartnell Hollis Inchbald Kerrigan Langford Mirza Nethercott Okoro Pendry Quayle Rashid Rowntree Sandhu Selwood Tallis Thackray Underhill Vance Wetherby Wyatt'.split(
    ' ',
  ),
  NL: 'Aalbers|Boomgaard|van der Brug|Dekkers|van Doorn|Eikelboom|Groenveld|ten Have|Hoekstra|Jaarsma|Kuipers|van Leeuwerik|Molenaar|Nijland|Oosterveld|Pastoor|Rietdijk|Schuurman|Terpstra|Veenhof|Westerhuis|Zandstra'.split(
    '|',
  ),
};
const STREETS = {
  GB: [
    'Mill Lane',
    'Harbour Road',
    'Orchard Close',
    'Station Road',
    'Chapel Street',
    'Elm Grove',
    'Quay Street',
    'Beacon Hill',
  ],
  NL: ['Lindelaan', 'Havenstraat', 'Molenweg', 'Kerkplein', 'Stationsweg', 'Beukenhof', 'Wilgenpad', 'Dorpsstraat'],
};
const TOWNS = {
  GB: [
    ['Bristol', 'BS1 0AA'],
    ['Bath', 'BA1 0AA'],
    ['Edinburgh', 'EH1 0AA'],
    ['Cardiff', 'CF10 0AA'],
    ['Leeds', 'LS1 0AA'],
    ['Exeter', 'EX1 0AA'],
    ['London', 'E1 0AA'],
  ],
  NL: [
    ['Utrecht', '3500 AA'],
    ['Rotterdam', '3000 AA'],
    ['Amersfoort', '3800 AA'],
    ['Leiden', '2300 AA'],
    ['Gouda', '2800 AA'],
  ],
} as const;

/** A customer of the demo: enough to sell to. */
export type DemoCustomer = { readonly id: string; readonly cardId: string; readonly company: 'UK' | 'NL' };

/** Makes customers with names put together from lists; nobody of that name is meant. Mail to example.com reaches nobody (RFC 2606). */
export function planCustomers(of: { opensAt: number; seed: number; count: number }): {
  wanted: WantedCustomer[];
  known: DemoCustomer[];
} {
  const dice = openDice(of.seed, 'customers');
  const wanted: WantedCustomer[] = [];
  const known: DemoCustomer[] = [];
  for (let n = 0; n < of.count; n += 1) {
    const country = dice.chance(0.66) ? 'GB' : 'NL';
    const [first, last] = [dice.pick(FIRST[country]), dice.pick(LAST[country])];
    const [city, postcode] = dice.pick<readonly [string, string]>(TOWNS[country]);
    const [id, cardId] = [demoId('customer', of.opensAt, n), demoId('card', of.opensAt, n)];
    const house = dice.whole(1, 180);
    known.push({ id, cardId, company: country === 'GB' ? 'UK' : 'NL' });
    wanted.push({
      id,
      number: `C${String(10_001 + n * 7)}`,
      card: {
        id: cardId,
        name: `${first} ${last}`,
        email: `${first}.${last.replaceAll(' ', '')}${n}@example.com`.toLowerCase(),
        // Numbers that Ofcom keeps for drama; the Dutch ones are given to nobody.
        phone: dice.chance(0.5)
          ? ''
          : country === 'GB'
            ? `+44 1632 960${String(n % 1000).padStart(3, '0')}`
            : `+31 85 0000${String(n % 1000).padStart(3, '0')}`,
        address: {
          line1: country === 'GB' ? `${house} ${dice.pick(STREETS.GB)}` : `${dice.pick(STREETS.NL)} ${house}`,
          postcode,
          city,
        },
        country,
        purpose: 'sale',
        keepUntil: addDays(businessDay(new Date(of.opensAt).toISOString().slice(0, 10)), 3650),
        salt: `demo-${n}`,
      },
    });
  }
  return { wanted, known };
}

/** The people who work there, by what they do, and where. */
export type DemoStaff = {
  readonly people: readonly NewPerson[];
  readonly owner: string;
  readonly accountant: string;
  /** Who acts when the web shop or the marketplace sends something. */
  readonly shopConnection: string;
  /** By code of the place: who sells, picks and receives there. */
  readonly atPlace: ReadonlyMap<string, readonly string[]>;
};

/** The address that signs in as the owner. */
export const OWNER_EMAIL = 'owner@hollinwharf.example';

const AT_PLACES: Readonly<Record<string, readonly (readonly [name: string, email: string])[]>> = {
  AVM: [
    ['Bryn Catterall', 'picker'],
    ['Shanice Obi', 'picker2'],
  ],
  BRS: [
    ['Tilly Marchbank', 'cashier'],
    ['Idris Penhallow', 'bristol2'],
  ],
  BTH: [['Flora Whitcombe', 'bath']],
  EDI: [
    ['Callan Muirhead', 'edinburgh'],
    ['Ailsa Drummore', 'edinburgh2'],
  ],
  NWG: [['Ruud Tervoort', 'magazijn']],
  UTR: [
    ['Sanne Brinkhof', 'utrecht'],
    ['Bilal Zandvoort', 'utrecht2'],
  ],
  RTM: [['Noor Havermans', 'rotterdam']],
};

/** Plans the staff. `passwordHash` is given to the owner and to one person of each role, so that each can be tried. */
export function planStaff(of: { opensAt: number; retailer: DemoRetailer; passwordHash: string }): DemoStaff {
  const { opensAt, retailer, passwordHash } = of;
  const people: NewPerson[] = [];
  const add = (name: string, email: string, role: string, where: { locationId?: string }, signsIn: boolean): string => {
    const id = demoId('person', opensAt, people.length);
    const address = `${email}@hollinwharf.example`;
    people.push({
      id,
      name,
      email: address,
      locale: 'en',
      passwordHash: signsIn ? passwordHash : undefined,
      grants: [{ role, ...where }],
    });
    return id;
  };
  const owner = add('Marianne Hollin', 'owner', 'owner', {}, true);
  add('Joost Wharfedale', 'manager', 'manager', {}, true);
  const accountant = add('Petra Lindqvist', 'accountant', 'accountant', {}, true);
  const shopConnection = add('Web shop and marketplace', 'shop', 'integrator', {}, false);
  const atPlace = new Map(
    PLACES.map((place) => {
      const locationId = retailer.locationOf(place.code).id;
      const role = place.kind === 'store' ? 'cashier' : 'picker';
      const signsIn = ['cashier', 'picker', 'utrecht'];
      return [
        place.code,
        (AT_PLACES[place.code] ?? []).map(([name, email]) =>
          add(name, email, role, { locationId }, signsIn.includes(email)),
        ),
      ];
    }),
  );
  return { people, owner, accountant, shopConnection, atPlace };
}
