import { isCurrencyCode, type CurrencyCode } from '../kernel/currency.ts';
import { accept, reject, type Decision } from '../kernel/decision.ts';
import { PPM, type Ppm } from '../kernel/rate.ts';

/** Where people buy. */
export type ChannelKind = 'shop' | 'store' | 'marketplace' | 'call_centre';

/** Who declares and pays the tax on what a channel sells. */
export type TaxCollector = 'us' | 'marketplace';

/** A way to the customer with prices of its own. Its entity is the seller; its default location fulfils when nobody chooses; a marketplace keeps `commissionPpm`. */
export type Channel = {
  readonly id: string;
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly currency: CurrencyCode;
  readonly defaultLocationId: string;
  readonly commissionPpm: Ppm;
  /** `marketplace` where the law makes it the one who owes the tax; what it pays us excludes that. Undefined is `us`. */
  readonly taxCollectedBy?: TaxCollector | undefined;
};

/** A channel as it is kept. An archived one sells nothing any more; what it sold can still be shipped, given back and looked at. */
export type KeptChannel = Channel & { readonly archived: boolean; readonly version: number };

/** Why a channel cannot be opened. */
export type ChannelRejection =
  | { reason: 'duplicate_code'; code: string }
  | { reason: 'unknown_currency'; currency: string }
  | TermsProblem;

/** Why a channel could not sell from a location or for a commission. */
type TermsProblem =
  | { reason: 'unknown_location'; locationId: string }
  | { reason: 'location_of_another_entity'; locationId: string; entityId: string }
  | { reason: 'bad_commission'; commissionPpm: number }
  | { reason: 'not_a_marketplace'; kind: ChannelKind };

/** Says whether a channel can be opened. It sells for the entity that owns the goods of its default location, else every sale would first be one between two companies. */
export function decideOpenChannel(
  wanted: Omit<Channel, 'currency'> & { readonly currency: string },
  known: { codes: ReadonlySet<string>; entityOfLocation: ReadonlyMap<string, string> },
): Decision<Channel, ChannelRejection> {
  const { code, currency } = wanted;
  if (known.codes.has(code)) return reject({ reason: 'duplicate_code', code });
  const problem = termsProblem(wanted, known.entityOfLocation);
  if (problem !== undefined) return reject(problem);
  if (!isCurrencyCode(currency)) return reject({ reason: 'unknown_currency', currency });
  return accept({ ...wanted, currency });
}

/** What may change about a channel. Its kind and its currency stand in orders and prices already. */
export type EditChannel = {
  readonly version: number;
  readonly name?: string | undefined;
  readonly defaultLocationId?: string | undefined;
  readonly commissionPpm?: Ppm | undefined;
  readonly taxCollectedBy?: TaxCollector | undefined;
  readonly archived?: boolean | undefined;
};

/** Why a channel cannot become as asked. */
export type EditChannelRejection =
  | { reason: 'stale_version'; current: number }
  | { reason: 'channel_archived'; channel: string }
  | { reason: 'channel_in_use'; orders: number }
  | TermsProblem;

/**
 * Says whether a channel may become as asked. `entityOfLocation` knows open locations only: goods come from an open one, unless the channel is archived. It is
 * archived when its orders are done, because somebody waits for them.
 */
export function decideEditChannel(
  channel: KeptChannel,
  edit: EditChannel,
  around: { readonly openOrders: number; readonly entityOfLocation: ReadonlyMap<string, string> },
): Decision<KeptChannel, EditChannelRejection> {
  const { version, archived = channel.archived } = edit;
  if (version !== channel.version) return reject({ reason: 'stale_version', current: channel.version });
  if (channel.archived && archived) return reject({ reason: 'channel_archived', channel: channel.code });
  if (archived && around.openOrders > 0) return reject({ reason: 'channel_in_use', orders: around.openOrders });
  const after = {
    ...channel,
    name: edit.name ?? channel.name,
    defaultLocationId: edit.defaultLocationId ?? channel.defaultLocationId,
    commissionPpm: edit.commissionPpm ?? channel.commissionPpm,
    taxCollectedBy: edit.taxCollectedBy ?? channel.taxCollectedBy,
    archived,
    version: version + 1,
  };
  const problem = archived ? undefined : termsProblem(after, around.entityOfLocation);
  return problem === undefined ? accept(after) : reject(problem);
}

/** What keeps a channel from selling for its entity: whose goods it takes, and what its marketplace keeps. */
function termsProblem(
  {
    entityId: seller,
    defaultLocationId: locationId,
    commissionPpm,
    kind,
    taxCollectedBy,
  }: Pick<Channel, 'entityId' | 'defaultLocationId' | 'commissionPpm' | 'kind' | 'taxCollectedBy'>,
  entityOfLocation: ReadonlyMap<string, string>,
): TermsProblem | undefined {
  const entityId = entityOfLocation.get(locationId);
  if (entityId === undefined) return { reason: 'unknown_location', locationId };
  if (entityId !== seller) return { reason: 'location_of_another_entity', locationId, entityId };
  if (!Number.isInteger(commissionPpm) || commissionPpm < 0 || commissionPpm > PPM)
    return { reason: 'bad_commission', commissionPpm };
  if (taxCollectedBy === 'marketplace' && kind !== 'marketplace') return { reason: 'not_a_marketplace', kind };
  return undefined;
}
