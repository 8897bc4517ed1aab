import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Api } from '../../../platform/http/app.ts';
import { submitFor, withIdTexts } from '../../../platform/http/command-answer.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CurrencyType, DayType, MinorType } from '../../../platform/http/money.ts';
import { oversee } from '../../../platform/http/oversight.ts';
import { malformed, notFound, refused } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { currencyCode } from '../../kernel/currency.ts';
import { businessDayOf, compareDays, parseBusinessDay, type BusinessDay } from '../../kernel/time.ts';
import { occasionAt } from '../../stock/server/prepare.ts';
import type { BookExpense, ClosePeriod } from '../book-expense.ts';
import { EXPENSE_KIND_NAMES, EXPENSE_KINDS, paidFrom, type ExpenseKind } from '../expense-kind.ts';
import { type AccountingRouteDeps, entityOf, tags } from './accounting-shapes.ts';

const closed = { additionalProperties: false };
/** POST /expenses and /period-close. */
export function registerPostings(app: Api, deps: AccountingRouteDeps): void {
  const { committer, company } = deps;
  const paidFromRoles = [
    ...new Set(EXPENSE_KIND_NAMES.flatMap((kind): readonly string[] => EXPENSE_KINDS[kind].paidFrom)),
  ];
  route(app, {
    method: 'POST',
    url: '/expenses',
    operationId: 'bookExpense',
    summary: 'Book a fee, a bill or a write-off that no sale brings',
    tags,
    permission: 'journal:post',
    scope: 'location',
    preview: true,
    description:
      'It belongs to the place, and the channel if one is named, whose result it lowers. A negative amount takes one back.',
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          channelId: Type.Optional(IdType('channel')),
          kind: Type.Unsafe<ExpenseKind>(Type.String({ enum: EXPENSE_KIND_NAMES })),
          amountMinor: Type.Integer({ minimum: -1e12, maximum: 1e12 }),
          currency: Type.Optional(CurrencyType),
          paidFrom: Type.Optional(Type.String({ enum: paidFromRoles })),
          day: Type.Optional(DayType),
          note: Type.Optional(Type.String({ maxLength: 200, description: 'What for. No names of people.' })),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          eventNumber: Type.Integer(),
          repeated: Type.Boolean(),
          expenseId: IdType('document'),
          debit: Type.String(),
          credit: Type.String(),
          currency: CurrencyType,
          amountMinor: MinorType,
          note: Type.String(),
        }),
      },
    },
    async handler(request, reply) {
      const sent = request.body;
      const location = company.location(sent.locationId);
      allow(request, 'journal:post', { locationId: sent.locationId, entityId: location?.entityId ?? null });
      if (location === undefined) throw notFound('location');
      if (sent.channelId !== undefined && company.channel(sent.channelId) === undefined) throw notFound('channel');
      const at = deps.now();
      const occasion = occasionAt(company, location, at, sent.channelId);
      const day = dayOf(sent.day, '/day') ?? occasion.businessDay;
      if (compareDays(day, occasion.businessDay) > 0)
        throw refused({ reason: 'day_not_reached', day, today: occasion.businessDay });
      const credit = paidFrom(sent.kind, sent.paidFrom);
      if (credit === undefined)
        throw refused({
          reason: 'not_paid_from',
          kind: sent.kind,
          paidFrom: sent.paidFrom,
          allowed: EXPENSE_KINDS[sent.kind].paidFrom,
        });
      const currency = currencyCode(sent.currency ?? occasion.entityCurrency);
      const rate = company.exchangeRate(currency, currencyCode(occasion.entityCurrency), day);
      if (rate === undefined)
        throw refused({ reason: 'no_exchange_rate', from: currency, to: occasion.entityCurrency, day });
      const body: BookExpense = {
        ...occasion,
        businessDay: day,
        expenseId: uuidv7(),
        debit: EXPENSE_KINDS[sent.kind].debit,
        credit,
        currency,
        rate: [rate.numerator, rate.denominator],
        amountMinor: sent.amountMinor,
        note: sent.note ?? '',
      };
      const accepted = await submitFor(request, committer, { type: 'BookExpense', body, sent, at });
      return reply.code(201).send({
        ...(withIdTexts(accepted.body) as object),
        eventNumber: accepted.eventNumber,
        repeated: accepted.repeated,
      });
    },
  });

  route(app, {
    method: 'POST',
    url: '/period-close',
    operationId: 'closePeriod',
    summary: 'Close the books of a legal entity up to and including a day',
    tags,
    permission: 'period:close',
    scope: 'entity',
    preview: true,
    description: 'What happens later in a closed period is still taken in, and posted on the first open day.',
    schema: {
      body: Type.Object({ entityId: IdType('legalEntity'), through: DayType }, closed),
      response: {
        200: Type.Object({
          eventNumber: Type.Integer(),
          repeated: Type.Boolean(),
          entityId: IdType('legalEntity'),
          through: DayType,
        }),
      },
    },
    async handler(request) {
      const sent = request.body;
      allow(request, 'period:close', { entityId: sent.entityId });
      const entity = entityOf(company, sent.entityId);
      const through = dayOf(sent.through, '/through') as BusinessDay;
      const at = deps.now();
      // A day is over when it is over at the last of the entity's places.
      const days = company
        .locations()
        .filter(({ entityId }) => entityId === entity.id)
        .map((location) => businessDayOf(at, location));
      const body: ClosePeriod = {
        entityId: entity.id,
        locationId: entity.id,
        entityCurrency: entity.functionalCurrency,
        occurredAt: at,
        businessDay: days.toSorted(compareDays)[0] ?? businessDayOf(at, { timeZone: 'UTC', cutOffHour: 0 }),
        through,
      };
      await oversee(request, {
        act: 'period_close',
        permission: 'period:close',
        target: { entityId: entity.id },
        limits: [],
        currency: entity.functionalCurrency,
        amounts: () => [],
      });
      const accepted = await submitFor(request, committer, { type: 'ClosePeriod', body, sent, at });
      const { eventNumber, repeated } = accepted;
      return { eventNumber, repeated, entityId: idText('legalEntity', entity.id), through: accepted.body['through'] };
    },
  });
}

function dayOf(text: string | undefined, path: string): BusinessDay | undefined {
  if (text === undefined) return undefined;
  const day = parseBusinessDay(text);
  if (day === undefined) throw malformed([{ path, message: 'is not a day' }]);
  return day;
}
