import { Readable } from 'node:stream';
import { Type, type TObject } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { csvLine } from '../../../platform/files/csv-out.ts';
import { ENCODINGS } from '../../../platform/files/encoding.ts';
import { createFile, MAX_PARTS, measureFile, PART_BYTES, savePart } from '../../../platform/files/file-store.ts';
import { SEPARATORS } from '../../../platform/files/separator.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType, NumberFrom } from '../../../platform/http/money.ts';
import { malformed, notFound, refused } from '../../../platform/http/problem.ts';
import { route, type RouteRequest } from '../../../platform/http/route.ts';
import { importWords, type ImportLanguage } from '../../../src/catalog/import-words.ts';
import type { CompanyCache } from '../../../src/company/server/company-cache.ts';
import { reject, type Decision } from '../../../src/kernel/decision.ts';
import { instantToText } from '../../../src/kernel/time.ts';
import { siteOf } from '../../../src/stock/server/prepare.ts';
import {
  findImport,
  IMPORT_FORMATS,
  IMPORT_KINDS,
  IMPORT_STATES,
  importSql,
  insertImport,
  listImports,
  listProblems,
  setState,
  type ImportSettings,
  type ImportState,
  type ProblemPhase,
  type StoredImport,
  type StoredProblem,
} from './import-store.ts';

/** What the routes of imports need. */
export type ImportRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly company: CompanyCache;
  readonly now: () => number;
};

const tags = ['imports'];
const closed = { additionalProperties: false };
const oneOf = <const T extends string>(values: readonly T[]) => Type.Union(values.map((value) => Type.Literal(value)));
const byField = <T extends Parameters<typeof Type.Record>[1]>(value: T) =>
  Type.Record(Type.String({ maxLength: 60 }), value);
const Mark = oneOf(['point', 'comma'] as const);
const Order = oneOf(['ymd', 'dmy', 'mdy'] as const);
const Weight = oneOf(['error', 'warning', 'note'] as const);

const SettingsType = Type.Object(
  {
    encoding: Type.Optional(oneOf(ENCODINGS)),
    separator: Type.Optional(oneOf(SEPARATORS)),
    numbers: Type.Optional(
      Type.Record(Type.String(), Mark, { description: 'By field: what stands before the decimals.' }),
    ),
    dates: Type.Optional(
      Type.Record(Type.String(), Order, { description: 'By field: the order of day, month and year.' }),
    ),
    columns: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 500 }), {
        description: 'Field → name of the column that holds it; the empty text takes a field away.',
      }),
    ),
    channelId: Type.Optional(IdType('channel', 'Whose prices they are. Without it prices are not taken in.')),
    locationId: Type.Optional(IdType('location', 'Where the stock is. Without it stock is not taken in.')),
    categoryId: Type.Optional(IdType('category', 'Where products without a category go.')),
    pictures: Type.Optional(Type.Boolean()),
    stock: Type.Optional(oneOf(['opening', 'count'] as const)),
  },
  closed,
);

const FoundType = model(
  'RecognisedInFile',
  Type.Object({
    value: Type.String(),
    certain: Type.Boolean(),
    why: Type.String(),
    samples: Type.Array(Type.Object({ found: Type.String(), reads: Type.String() })),
    others: Type.Array(Type.String()),
  }),
);
const CountsType = model(
  'ImportCounts',
  Type.Object({
    rows: Type.Integer(),
    objects: Type.Integer(),
    created: Type.Integer(),
    changed: Type.Integer(),
    unchanged: Type.Integer(),
    leftOut: Type.Integer(),
  }),
);
const ReportType = Type.Object({
  failure: Type.Optional(Type.Object({ reason: Type.String(), says: Type.String() })),
  recognised: Type.Optional(
    Type.Object({
      encoding: Type.Union([FoundType, Type.Null()]),
      separator: Type.Union([FoundType, Type.Null()]),
      columns: Type.Array(
        Type.Object({
          column: Type.String(),
          field: Type.Union([Type.String(), Type.Null()]),
          samples: Type.Array(Type.String()),
        }),
      ),
      missing: Type.Array(Type.String()),
      doubled: Type.Array(Type.String()),
      numbers: byField(FoundType),
      dates: byField(FoundType),
    }),
  ),
  choices: Type.Optional(
    Type.Array(Type.String(), {
      description: 'What must be chosen: encoding, separator, numbers.price, columns.sku …',
    }),
  ),
  planned: Type.Optional(CountsType),
  applied: Type.Optional(CountsType),
  balances: Type.Optional(
    Type.Array(
      Type.Object({
        entity: Type.String(),
        currency: Type.String(),
        day: Type.String(),
        lines: Type.Array(Type.Object({ account: Type.String(), amountMinor: Type.Integer() })),
        debitMinor: Type.Integer(),
        creditMinor: Type.Integer(),
        openingMinor: Type.Integer({ description: 'What is posted to the account of opening balances.' }),
      }),
      { description: 'Of opening balances: what will be booked, by legal entity and day. Debits are positive.' },
    ),
  ),
  problems: Type.Optional(byField(Type.Object({ weight: Weight, count: Type.Integer() }))),
  undone: Type.Optional(Type.Object({ archived: Type.Integer(), setBack: Type.Integer(), left: Type.Integer() })),
});
const Instant = Type.Union([InstantType, Type.Null()]);
const ImportType = model(
  'Import',
  Type.Object({
    id: IdType('import'),
    kind: oneOf(IMPORT_KINDS),
    format: oneOf(IMPORT_FORMATS),
    fileName: Type.String(),
    state: oneOf(IMPORT_STATES),
    settings: SettingsType,
    report: ReportType,
    done: Type.Integer({ description: 'Rows done, of `total`.' }),
    total: Type.Integer(),
    createdAt: InstantType,
    confirmedAt: Instant,
    finishedAt: Instant,
    cancelAsked: Type.Boolean(),
  }),
);
const ProblemType = model(
  'ImportProblem',
  Type.Object({
    number: Type.Integer(),
    line: Type.Integer({ description: 'Of the file, from 1; 0 where no line is meant.' }),
    column: Type.String(),
    value: Type.String(),
    weight: Weight,
    reason: Type.String(),
    says: Type.String(),
    does: Type.String(),
  }),
);
const MovedType = Type.Object({ id: IdType('import'), state: oneOf(IMPORT_STATES) });
const ListCursor = Type.Tuple([CursorId]);
const ProblemCursor = Type.Tuple([NumberFrom(1)]);
const ById = Type.Object({ id: IdType('import') });

/** GET and POST /imports, GET /import-formats, and below /imports/{id}: GET, GET problems, PUT parts, POST check, run, cancel, undo. */
export function registerImportRoutes(app: Api, deps: ImportRouteDeps): void {
  registerReads(app, deps);
  registerUpload(app, deps);
  registerMoves(app, deps);
}

function registerReads(app: Api, deps: ImportRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/import-formats',
    operationId: 'listImportFormats',
    summary: 'The columns that are understood, by kind of file',
    tags,
    permission: 'import:read',
    scope: 'none',
    schema: {
      response: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              format: oneOf(IMPORT_FORMATS),
              kind: oneOf(IMPORT_KINDS),
              columns: Type.Array(
                Type.Object({
                  field: Type.String(),
                  names: Type.Array(Type.String()),
                  required: Type.Boolean(),
                  says: Type.String(),
                }),
              ),
            }),
          ),
        }),
      },
    },
    async handler() {
      // Loaded with the first question: what reads files is heavy, and the server itself reads none.
      const { FORMATS } = await import('./formats.ts');
      return {
        items: FORMATS.map(({ kind, format, columns }) => ({
          format,
          kind,
          columns: columns.map(({ field, names, required = false, says }) => ({ field, names, required, says })),
        })),
      };
    },
  });

  route(app, {
    method: 'GET',
    url: '/imports',
    operationId: 'listImports',
    summary: 'Imports, the newest first',
    tags,
    permission: 'import:read',
    scope: 'none',
    schema: { querystring: Type.Object({ ...listQuery }), response: { 200: ListOf(ImportType) } },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT } = query;
      const after = decodeCursor(ListCursor, query.after)?.[0];
      const rows = await reading(deps, (tx) => listImports(tx, { limit, after }));
      return pageOf(rows, limit, ({ id }) => [id], importAnswer);
    },
  });

  route(app, {
    method: 'GET',
    url: '/imports/:id',
    operationId: 'getImport',
    summary: 'An import: what was recognised, what must be chosen, what it will do or did, and how far it is',
    tags,
    permission: 'import:read',
    scope: 'none',
    schema: { params: ById, response: { 200: ImportType } },
    async handler({ params }) {
      const found = await reading(deps, (tx) => findImport(tx, params.id));
      if (found === undefined) throw notFound('import');
      return importAnswer(found);
    },
  });

  route(app, {
    method: 'GET',
    url: '/imports/:id/problems',
    operationId: 'listImportProblems',
    summary: 'What is wrong with the file, by line and column, and what is done about it',
    tags,
    permission: 'import:read',
    scope: 'none',
    schema: {
      params: ById,
      querystring: Type.Object({
        ...listQuery,
        phase: Type.Optional(oneOf(['check', 'run', 'undo'] as const)),
        weight: Type.Optional(Weight),
        reason: Type.Optional(Type.String({ maxLength: 60 })),
      }),
      response: { 200: ListOf(ProblemType) },
    },
    async handler({ params, query }) {
      const { limit = DEFAULT_LIMIT, phase = 'check', weight, reason } = query;
      const after = decodeCursor(ProblemCursor, query.after)?.[0];
      const rows = await reading(deps, async (tx) => {
        if ((await findImport(tx, params.id)) === undefined) throw notFound('import');
        return listProblems(tx, { importId: params.id, phase, limit, after, weight, reason });
      });
      return pageOf(
        rows,
        limit,
        ({ number }) => [number],
        (row): StoredProblem => row,
      );
    },
  });

  route(app, {
    method: 'GET',
    url: '/imports/:id/problems.csv',
    operationId: 'exportImportProblems',
    summary: 'What is wrong with the file, as CSV',
    tags,
    permission: 'import:read',
    scope: 'none',
    schema: {
      params: ById,
      querystring: Type.Object({ phase: Type.Optional(oneOf(['check', 'run', 'undo'] as const)) }),
      response: { 200: Type.String({ description: 'text/csv' }) },
    },
    async handler({ params, query, principal }, reply) {
      if ((await reading(deps, (tx) => findImport(tx, params.id))) === undefined) throw notFound('import');
      const person = await reading(deps, (tx) => tx.find<{ locale: string }>(importSql.find_locale, [principal.id]));
      const language = person?.locale.startsWith('es') === true ? 'es' : 'en';
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="problems.csv"')
        .send(Readable.from(problemsCsv(deps, { importId: params.id, phase: query.phase ?? 'check', language })));
    },
  });
}

/** Problems as a file, for who corrects the source in a spreadsheet. */
async function* problemsCsv(
  deps: ImportRouteDeps,
  { language, ...of }: { readonly importId: string; readonly phase: ProblemPhase; readonly language: ImportLanguage },
): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(['line', 'column', 'value', 'weight', 'reason', 'says', 'does'])}`;
  for (let after = 0; ;) {
    const rows = await reading(deps, (tx) => listProblems(tx, { ...of, limit: 500, after }));
    if (rows.length > 0)
      yield rows
        .map(({ line, column, value, weight, reason, says, does }) =>
          csvLine([line, column, value, weight, reason, importWords(says, language), importWords(does, language)]),
        )
        .join('');
    if (rows.length < 500) return;
    after = rows.at(-1)?.number ?? after;
  }
}

function registerUpload(app: Api, deps: ImportRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/imports',
    operationId: 'createImport',
    summary: 'Begin an import',
    description: 'Then send the file in parts, have it checked, look at what was found, and run it.',
    tags,
    permission: 'import:run',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          kind: oneOf(IMPORT_KINDS),
          format: oneOf(IMPORT_FORMATS),
          fileName: Type.String({ minLength: 1, maxLength: 200 }),
        },
        closed,
      ),
      response: { 201: MovedType },
    },
    async handler(request, reply) {
      const { kind, format, fileName } = request.body;
      if (kind !== 'products' && format !== 'oneshelf')
        throw malformed([{ path: '/format', message: 'only products come in other files than our own: oneshelf' }]);
      const outcome = await deps.master(submission(request, deps, 'create_import', request.body), async (tx) => {
        const [id, fileId, picturesFileId] = [uuidv7(), uuidv7(), uuidv7()];
        await createFile(tx, { id: fileId, name: fileName, at: deps.now() });
        await createFile(tx, { id: picturesFileId, name: 'pictures.zip', at: deps.now() });
        await insertImport(tx, {
          id,
          kind,
          format,
          fileId,
          picturesFileId,
          settings: {},
          createdBy: request.principal.id,
          at: deps.now(),
        });
        const body = { importId: id, kind, format, before: null, after: { kind, format, state: 'uploading' } };
        return changed([{ type: 'ImportCreated', version: 1, subjectId: id, body }], { id, state: 'uploading' });
      });
      return reply.code(201).send(movedAnswer(masterAnswer(outcome)));
    },
  });

  route(app, {
    method: 'PUT',
    url: '/imports/:id/parts/:part',
    operationId: 'putImportPart',
    summary: `Send a part of the file: ${PART_BYTES} bytes, the last one fewer, as base64`,
    description:
      'Parts are numbered from 0 and may be sent again and in any order. `of: pictures` sends the ZIP archive with pictures.',
    tags,
    permission: 'import:run',
    scope: 'none',
    idempotent: false,
    schema: {
      params: Type.Object({ id: IdType('import'), part: Type.Integer({ minimum: 0, maximum: MAX_PARTS - 1 }) }),
      body: Type.Object(
        {
          content: Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength: Math.ceil(PART_BYTES / 3) * 4 }),
          of: Type.Optional(oneOf(['file', 'pictures'] as const)),
        },
        closed,
      ),
      response: { 200: Type.Object({ bytes: Type.Integer(), parts: Type.Integer() }) },
    },
    async handler({ params, body }) {
      const content = Buffer.from(body.content, 'base64');
      return withTransaction(deps.pool, { schema: deps.schema }, async (tx) => {
        const found = await lockedImport(tx, params.id);
        if (!BEFORE_RUN.includes(found.state)) throw refused({ reason: 'import_state', state: found.state });
        const fileId = body.of === 'pictures' ? found.picturesFileId : found.fileId;
        await savePart(tx, { fileId, part: params.part, content });
        const { bytes, parts } = await measureFile(tx, fileId);
        return { bytes, parts };
      });
    },
  });
}

/** While nothing is being done with the file. */
const BEFORE_RUN: readonly ImportState[] = ['uploading', 'needs_choice', 'checked', 'failed'];

function registerMoves(app: Api, deps: ImportRouteDeps): void {
  move(app, deps, {
    name: 'check',
    summary: 'Have the file looked through: nothing is written, every problem is told',
    body: SettingsType,
    event: 'ImportCheckAsked',
    async decide(tx, found, settings) {
      if (!BEFORE_RUN.includes(found.state)) return reject({ reason: 'import_state', state: found.state });
      if (found.confirmedAt !== null) return reject({ reason: 'import_state', state: found.state });
      checkSettings(deps, settings);
      const { bytes, complete } = await measureFile(tx, found.fileId);
      if (bytes === 0) return reject({ reason: 'no_file' });
      if (!complete) return reject({ reason: 'parts_missing' });
      await setState(tx, found.id, { state: 'checking', settings, report: {} });
      return { ok: true, value: 'checking' };
    },
  });
  move(app, deps, {
    name: 'run',
    summary: 'Do it: what was checked is taken in; one that was cancelled or failed goes on',
    body: Type.Object({}, closed),
    event: 'ImportStarted',
    async decide(tx, found, _settings, principalId) {
      if (found.kind === 'comparison') return reject({ reason: 'nothing_to_run' });
      const goesOn = (found.state === 'cancelled' || found.state === 'failed') && found.confirmedAt !== null;
      if (found.state !== 'checked' && !goesOn) return reject({ reason: 'import_state', state: found.state });
      await setState(tx, found.id, {
        state: 'running',
        ...(goesOn ? {} : { confirmedBy: principalId, confirmedAt: deps.now() }),
      });
      return { ok: true, value: 'running' };
    },
  });
  move(app, deps, {
    name: 'cancel',
    summary: 'Stop it after the rows that are being done; what was taken in stays and can be undone',
    body: Type.Object({}, closed),
    event: 'ImportCancelAsked',
    async decide(tx, found) {
      if (!['checking', 'running', 'undoing'].includes(found.state))
        return reject({ reason: 'import_state', state: found.state });
      await tx.run(importSql.ask_cancel, [found.id]);
      return { ok: true, value: found.state };
    },
  });
  move(app, deps, {
    name: 'undo',
    summary:
      'Take it back: what it made is archived, what it changed is set back where nobody has changed it since, the rest is told',
    body: Type.Object({}, closed),
    event: 'ImportUndoAsked',
    async decide(tx, found) {
      const ended = ['done', 'cancelled', 'failed'].includes(found.state) && found.confirmedAt !== null;
      if (!ended) return reject({ reason: 'import_state', state: found.state });
      await setState(tx, found.id, { state: 'undoing' });
      return { ok: true, value: 'undoing' };
    },
  });
}

type Move<S> = {
  readonly name: 'check' | 'run' | 'cancel' | 'undo';
  readonly summary: string;
  readonly body: TObject;
  readonly event: string;
  decide(tx: Tx, found: StoredImport, settings: S, principalId: string): Promise<Decision<ImportState>>;
};

function move(app: Api, deps: ImportRouteDeps, of: Move<ImportSettings>): void {
  route(app, {
    method: 'POST',
    url: `/imports/:id/${of.name}`,
    operationId: `${of.name}Import`,
    summary: of.summary,
    tags,
    permission: 'import:run',
    scope: 'none',
    preview: true,
    schema: { params: ById, body: of.body, response: { 200: MovedType } },
    async handler(request) {
      const { id } = request.params;
      const body: unknown = request.body ?? {};
      const outcome = await deps.master<{ id: string; state: string }>(
        submission(request, deps, `${of.name}_import`, { id, body }),
        async (tx) => {
          const found = await lockedImport(tx, id);
          const decision = await of.decide(tx, found, body as ImportSettings, request.principal.id);
          if (!decision.ok) return decision;
          // What somebody asks for becomes true row by row; of each that was changed the import keeps what it was.
          const isCancelled = of.name === 'cancel';
          const after = { state: decision.value, isCancelled, ...(of.name === 'check' ? { settings: body } : {}) };
          const told = { importId: id, before: { state: found.state, isCancelled: false }, after };
          return changed([{ type: of.event, version: 1, subjectId: id, body: told }], { id, state: decision.value });
        },
      );
      return movedAnswer(masterAnswer(outcome));
    },
  });
}

function submission(
  request: Pick<RouteRequest, 'principal' | 'originId' | 'idempotencyKey' | 'preview'>,
  deps: ImportRouteDeps,
  type: string,
  body: unknown,
) {
  return {
    type,
    topic: 'import',
    principalId: request.principal.id,
    originId: request.originId,
    key: request.idempotencyKey,
    at: deps.now(),
    body,
    preview: request.preview,
  };
}

async function lockedImport(tx: Tx, id: string): Promise<StoredImport> {
  await tx.find(importSql.lock_import, [id]);
  const found = await findImport(tx, id);
  if (found === undefined) throw notFound('import');
  return found;
}

/** 400 for a channel that is none, 404 or 409 for a location that cannot keep stock. */
function checkSettings({ company }: ImportRouteDeps, { channelId, locationId }: ImportSettings): void {
  if (channelId !== undefined && company.channel(channelId) === undefined)
    throw malformed([{ path: '/channelId', message: 'is no channel' }]);
  if (locationId !== undefined) siteOf(company, locationId);
}

function movedAnswer({ id, state }: { id: string; state: string }) {
  return { id: idText('import', id), state };
}

function importAnswer(found: StoredImport) {
  const { id, kind, format, fileName, state, report, done, total, createdAt, finishedAt, cancelAsked } = found;
  const { channelId, locationId, categoryId, ...settings } = found.settings;
  return {
    id: idText('import', id),
    kind,
    format,
    fileName,
    state,
    settings: {
      ...settings,
      ...(channelId === undefined ? {} : { channelId: idText('channel', channelId) }),
      ...(locationId === undefined ? {} : { locationId: idText('location', locationId) }),
      ...(categoryId === undefined ? {} : { categoryId: idText('category', categoryId) }),
    },
    report,
    done,
    total,
    createdAt,
    confirmedAt: found.confirmedAt === null ? null : instantToText(found.confirmedAt),
    finishedAt,
    cancelAsked,
  };
}

function reading<T>(deps: ImportRouteDeps, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, fn);
}
