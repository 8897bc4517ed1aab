import { Type } from 'typebox';
import type { Api } from '../http/app.ts';
import { IdType, idText } from '../http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../http/lists.ts';
import { InstantType } from '../http/money.ts';
import { route } from '../http/route.ts';
import type { StoredBackup } from './backup-store.ts';
import type { Backups } from './backups.ts';

const OrNull = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(type: T) =>
  Type.Union([type, Type.Null()]);

const Backup = Type.Object({
  id: IdType('backup'),
  cause: Type.Union([Type.Literal('schedule'), Type.Literal('person'), Type.Literal('command')]),
  state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  place: Type.String({ description: 'A folder or a part of a bucket.' }),
  name: OrNull(Type.String({ description: 'What it is called there.' })),
  startedAt: InstantType,
  endedAt: Type.Union([InstantType, Type.Null()]),
  verifiedAt: Type.Union([InstantType, Type.Null()], { description: 'When it was read back and found whole.' }),
  removedAt: Type.Union([InstantType, Type.Null()], {
    description: 'When it was taken away because it need not stay.',
  }),
  doneBytes: Type.Integer(),
  totalBytes: Type.Integer({ description: 'What the tables take; 0 while that is not known.' }),
  bytes: OrNull(Type.Integer({ description: 'What the backup takes.' })),
  eventNumber: OrNull(Type.Integer({ description: 'The last event in it.' })),
  encrypted: Type.Boolean(),
  trouble: OrNull(Type.String({ description: 'Why it failed.' })),
});

const Plan = Type.Object({
  place: Type.String({ description: 'Where backups go: a folder or a part of a bucket.' }),
  onOwnDisk: Type.Boolean({ description: 'The place is inside the folder of the database: lost with it.' }),
  schedule: Type.String({ description: 'off, hourly, or a time of day in UTC.' }),
  nextAt: Type.Union([InstantType, Type.Null()]),
  keepDays: Type.Integer(),
  keepWeeks: Type.Integer(),
  keepMonths: Type.Integer(),
  encrypted: Type.Boolean({ description: 'Whether there is a key to encrypt with.' }),
});

const Cursor = Type.Tuple([Type.String(), CursorId]);

/** The backups of the installation for people with system:read; making one with system:manage. */
export function registerBackupRoutes(api: Api, backups: Backups): void {
  route(api, {
    method: 'GET',
    url: '/system/backups',
    operationId: 'listBackups',
    summary: 'The backups, the latest first.',
    tags: ['system'],
    permission: 'system:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({ ...listQuery }, { additionalProperties: false }),
      response: { 200: ListOf(Backup) },
    },
    handler: async ({ query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const cursor = decodeCursor(Cursor, query.after);
      const after = cursor === undefined ? undefined : { startedAt: cursor[0], id: cursor[1] };
      const rows = await backups.store.list(limit + 1, after);
      return pageOf(rows, limit, (row) => [row.started_at, row.id], answerOf);
    },
  });
  route(api, {
    method: 'GET',
    url: '/system/backup-plan',
    operationId: 'getBackupPlan',
    summary: 'Where backups go, when they are made and how many stay.',
    tags: ['system'],
    permission: 'system:read',
    scope: 'none',
    schema: { response: { 200: Plan } },
    handler: () => {
      const { keep, nextAt, ...plan } = backups.plan();
      return {
        ...plan,
        keepDays: keep.days,
        keepWeeks: keep.weeks,
        keepMonths: keep.months,
        nextAt: nextAt === undefined ? null : new Date(nextAt).toISOString(),
      };
    },
  });
  route(api, {
    method: 'POST',
    url: '/system/backups',
    operationId: 'makeBackup',
    summary: 'Begins a backup.',
    description:
      'Answers at once, with the one that is under way when there is one: there are never two. Ask for the list to see how far it is.',
    tags: ['system'],
    permission: 'system:manage',
    scope: 'none',
    idempotent: false,
    noted: true,
    schema: { response: { 202: Backup } },
    handler: async (request, reply) => {
      const { principal } = request;
      return reply.code(202).send(answerOf(await backups.begin('person', principal.id)));
    },
  });
}

function answerOf(row: StoredBackup) {
  return {
    id: idText('backup', row.id),
    cause: row.cause,
    state: row.state,
    place: row.place,
    name: row.name,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    verifiedAt: row.verified_at,
    removedAt: row.removed_at,
    doneBytes: row.done_bytes,
    totalBytes: row.total_bytes,
    bytes: row.bytes,
    eventNumber: row.event_number,
    encrypted: row.encrypted,
    trouble: row.trouble,
  };
}
