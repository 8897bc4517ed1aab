import type { IncomingMessage, ServerResponse } from 'node:http';
import { migrate } from '../../../platform/db/migrate.ts';
import { DIRECTORY_SCHEMA, type Directory, type Retailer } from '../../../platform/db/directory.ts';
import { createPool, type Pool } from '../../../platform/db/pool.ts';
import { bellOf } from '../../../platform/events/bell.ts';
import { finding, type HealthCheck } from '../../../platform/health/check.ts';
import type { Api } from '../../../platform/http/app.ts';
import type { Log } from '../../../platform/log.ts';
import { returnMemory } from '../../../platform/return-memory.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import { openApi, openBusiness, startChores, type Surroundings } from '../compose.ts';
import { sayClosed, type Closed } from './closed-answer.ts';
import { hostReader } from './host-names.ts';

/** The retailers of the directory, each with a business, an API and chores of its own, served by one program beside the installation's own retailer. */
export type Hosting = {
  /**
   * Reads the directory and opens who is active; resolves when it is known who answers to which host, and not only when all are open: until then they answer 503. From now on
   * what commands change is so here within seconds.
   */
  start(): Promise<void>;
  /** From now on a request for a host of the directory goes to its retailer and never reaches this API. */
  divert(api: Api): void;
  /** Looks into the directory now and resolves when everything is as it says. */
  look(): Promise<void>;
  /** How many retailers should be open and are not. */
  readonly check: HealthCheck;
  close(): Promise<void>;
};

/** What hosting needs. */
export type HostingOptions = {
  readonly directory: Directory;
  readonly pool: Pool;
  /** URL of a user who owns the tables. */
  readonly adminUrl: string;
  readonly migrations: string;
  readonly log: Log;
  readonly trustProxy: Surroundings['trustProxy'];
  /** What a retailer is opened with, and what to end when it is closed. */
  readonly surroundingsOf: (retailer: () => Retailer) => Promise<{ around: Surroundings; close(): Promise<void> }>;
  /** How often the directory is read when nobody rings; 3 s unless told. */
  readonly everyMs?: number;
};

type Opened = {
  readonly api: Api;
  /** Requests that are being answered, streams among them. */
  readonly answering: Set<ServerResponse>;
  close(): Promise<void>;
};

/** A retailer of the directory in this process. */
type Room = {
  retailer: Retailer;
  opened: Opened | undefined;
  /** Why it could not be opened, and when that was. */
  trouble: { readonly message: string; readonly at: number } | undefined;
  /** Opening and closing, one after the other. */
  work: Promise<void>;
  busy: boolean;
};

const EVERY_MS = 3_000;
/** Who could not be opened is tried again: a disk was full, a lock was held, a newer program has put it right. */
const AGAIN_MS = 30_000;
/** Migrations and caches of so many are opened at once; the others wait. */
const AT_ONCE = 2;
/** What is still being answered then is cut. */
const DRAIN_MS = 8_000;

/** Prepares it; nothing is read before `start`. */
export function createHosting(options: HostingOptions): Hosting {
  const { directory, pool, log } = options;
  const rooms = new Map<string, Room>();
  let byHost: ReadonlyMap<string, Room> = new Map();
  const gate = createGate(AT_ONCE);
  let closing = false;
  let reading: Promise<void> = Promise.resolve();

  const follow = (room: Room): void => {
    if (room.busy) return;
    const wanted = !closing && rooms.has(room.retailer.id) && room.retailer.state === 'active';
    const rested = room.trouble === undefined || Date.now() - room.trouble.at > AGAIN_MS;
    if (wanted === (room.opened !== undefined) || (wanted && !rested)) return;
    room.busy = true;
    room.work = (wanted ? gate(() => openRoom(room, options)) : closeRoom(room, log)).finally(() => {
      room.busy = false;
      // It may have changed again meanwhile.
      follow(room);
    });
  };

  const read = async (): Promise<void> => {
    const listed = await directory.list();
    const ids = new Set(listed.map(({ id }) => id));
    const gone = [...rooms.values()].filter(({ retailer }) => !ids.has(retailer.id));
    for (const { retailer } of gone) rooms.delete(retailer.id);
    for (const retailer of listed) {
      const room = rooms.get(retailer.id);
      if (room === undefined)
        rooms.set(retailer.id, {
          retailer,
          opened: undefined,
          trouble: undefined,
          work: Promise.resolve(),
          busy: false,
        });
      else {
        if (room.retailer.state !== retailer.state) room.trouble = undefined;
        room.retailer = retailer;
      }
    }
    byHost = new Map([...rooms.values()].flatMap((room) => room.retailer.hosts.map((host) => [host, room] as const)));
    for (const room of [...rooms.values(), ...gone]) follow(room);
  };
  const readAgain = (): Promise<void> =>
    (reading = reading.then(read).catch((error: unknown) => {
      log.warn({ err: error }, 'The directory of retailers could not be read; everybody stays as they are.');
    }));

  let stopListening = (): void => undefined;
  let timer: NodeJS.Timeout | undefined;
  const hostOf = hostReader(options.trustProxy);
  const settle = async (): Promise<void> => {
    while ([...rooms.values()].some(({ busy }) => busy)) await Promise.all([...rooms.values()].map(({ work }) => work));
  };

  return {
    async start() {
      // Without knowing whose host is whose, everybody would come to the installation's own retailer.
      await read().catch((error: unknown) => {
        throw new StartRefusal(
          `The directory of retailers (schema ${DIRECTORY_SCHEMA}) cannot be read: ${messageOf(error)}.`,
          {
            cause: error,
          },
        );
      });
      stopListening = bellOf(pool).subscribe(DIRECTORY_SCHEMA, () => void readAgain());
      timer = setInterval(() => void readAgain(), options.everyMs ?? EVERY_MS);
      if (rooms.size > 0) void settle().then(returnMemory);
    },
    divert(api) {
      const own = api.server.listeners('request') as Handle[];
      api.server.removeAllListeners('request');
      api.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        const room = byHost.size === 0 ? undefined : byHost.get(hostOf(request) ?? '');
        if (room === undefined) for (const each of own) each(request, response);
        else serve(room, request, response);
      });
    },
    async look() {
      await readAgain();
      await settle();
    },
    check: retailersCheck(() => [...rooms.values()]),
    async close() {
      closing = true;
      clearInterval(timer);
      stopListening();
      await reading;
      await settle();
      await Promise.all([...rooms.values()].map((room) => closeRoom(room, log)));
    },
  };
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

function serve(room: Room, request: IncomingMessage, response: ServerResponse): void {
  const { opened, retailer, trouble } = room;
  if (opened === undefined || retailer.state !== 'active') {
    const why: Closed = retailer.state !== 'active' ? retailer.state : trouble === undefined ? 'opening' : 'not_open';
    return sayClosed(request, response, why);
  }
  opened.answering.add(response);
  response.once('close', () => opened.answering.delete(response));
  // As a request to its own server: its sandbox listens there.
  opened.api.server.emit('request', request, response);
}

async function openRoom(room: Room, options: HostingOptions): Promise<void> {
  const { name, schema } = room.retailer;
  const { log } = options;
  try {
    await migrateRetailer(options, schema);
    room.opened = await openRetailer(() => room.retailer, options);
    room.trouble = undefined;
    log.info(`${name} (${schema}) is open.`);
  } catch (error) {
    room.trouble = { message: messageOf(error), at: Date.now() };
    log.error({ err: error }, `${name} (${schema}) could not be opened; the others go on. Trying again in 30 s.`);
  }
}

async function migrateRetailer({ adminUrl: url, migrations: directory, log }: HostingOptions, schema: string) {
  const admin = createPool({ url, max: 2, applicationName: 'oneshelf migrate' });
  try {
    const applied = await migrate(admin, { schema, directory });
    if (applied.length > 0) log.info(`${schema} is up to date (${applied.length} migrations applied).`);
  } finally {
    await admin.end();
  }
}

async function openRetailer(retailer: () => Retailer, options: HostingOptions): Promise<Opened> {
  const ends: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
  };
  const answering = new Set<ServerResponse>();
  try {
    const given = await options.surroundingsOf(retailer);
    const { around } = given;
    ends.push(() => given.close());
    const business = await openBusiness(around);
    ends.push(() => business.close());
    const chores = startChores(around, business);
    ends.push(() => chores.close());
    const opened = await openApi(around, business);
    const { api } = opened;
    ends.push(() => opened.close());
    // It has no server whose connections would be waited for.
    api.addHook('preClose', () => drained(answering));
    await api.ready();
    return { api, answering, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Resolves when everything is answered; what takes too long is cut. */
async function drained(answering: ReadonlySet<ServerResponse>): Promise<void> {
  for (let waitedMs = 0; answering.size > 0 && waitedMs < DRAIN_MS; waitedMs += 20)
    await new Promise((done) => setTimeout(done, 20));
  for (const response of answering) response.destroy();
}

async function closeRoom(room: Room, log: Log): Promise<void> {
  const { opened, retailer } = room;
  room.opened = undefined;
  if (opened === undefined) return;
  try {
    await opened.close();
    log.info(`${retailer.name} (${retailer.schema}) is closed.`);
  } catch (error) {
    log.error({ err: error }, `${retailer.name} (${retailer.schema}) was not closed in order.`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Lets so many work at once. */
function createGate(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((go) => void waiting.push(go));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** Says how many are not open, and not who: whoever reads it works for one of them. */
function retailersCheck(rooms: () => readonly Room[]): HealthCheck {
  return {
    name: 'retailers',
    title: 'Other retailers',
    everyMs: 15_000,
    about: 'machine',
    run: async () => {
      const count = rooms().filter(({ trouble }) => trouble !== undefined).length;
      return finding(
        count === 0 ? 'ok' : 'bad',
        {
          problem: `${count} of the other retailers of this installation could not be opened.`,
          remedy: 'The log says which and why. They are tried again every 30 seconds; the others are open.',
        },
        { notOpen: count },
      );
    },
  };
}
