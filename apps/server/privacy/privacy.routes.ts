import { Type, type Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import {
  changed,
  type Master,
  type MasterOutcome,
  type MasterSubmission,
} from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { DayType, InstantType } from '../../../platform/http/money.ts';
import { oversee } from '../../../platform/http/oversight.ts';
import { route, type RouteRequest } from '../../../platform/http/route.ts';
import { lockPersonForErasure } from '../../../src/staff/server/erase-person.ts';
import { listErasure } from './erasure-list.ts';
import { eraseWork, privacySql, type ErasedKind, type Erasure, type Receipt } from './erase.ts';
import { exportPersonalData, type PersonalData } from './export.ts';
import { forgetMails } from './forget-mails.ts';
import { registerRetentionRoutes } from './retention.routes.ts';

/** What the routes of personal data need. Without `files` there are no lists and no mails beside the database. */
export type PrivacyRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly now: () => number;
  readonly files: PrivacyFiles | undefined;
  /** Ends what an erased person has open. */
  readonly forgetPerson: (personId: string) => void;
  readonly onError: (error: unknown) => void;
};

/** What lies beside the database: the list of erasures, and mails where there is no mail server. */
export type PrivacyFiles = {
  readonly erasures: string;
  readonly mails: string;
  /** Puts the list of erasures beside the backups. Nobody waits for it: what fails is done again a few times a day. */
  readonly carryErasures?: () => Promise<void>;
};

const ReceiptType = model(
  'ErasureReceipt',
  Type.Object({
    id: IdType('erasure'),
    kind: Type.Union([Type.Literal('customer'), Type.Literal('person')]),
    subjectId: Type.String(),
    number: Type.Union([Type.String(), Type.Null()]),
    erasedAt: InstantType,
    deleted: Type.Array(Type.Object({ what: Type.String(), count: Type.Integer() })),
    restricted: Type.Array(
      Type.Object({
        what: Type.String(),
        count: Type.Integer(),
        until: DayType,
        country: Type.String({ description: 'Whose law; empty for our own rules.' }),
        basis: Type.String(),
      }),
    ),
    kept: Type.Array(Type.String()),
  }),
);

const tags = ['privacy'];
const permission = 'privacy:manage';

/** Deleting the hashes of what was sent looks through all keys. */
const FORGET_KEYS_MS = 10 * 60_000;

/** Adds export and erasure of personal data, for customers and for the staff. */
export function registerPrivacyRoutes(app: Api, deps: PrivacyRouteDeps): void {
  forKind(app, deps, { kind: 'customer', url: '/customers/:id', name: 'Customer' });
  forKind(app, deps, { kind: 'person', url: '/staff/people/:id', name: 'Person' });
  registerRetentionRoutes(app, deps);
}

function forKind(
  app: Api,
  deps: PrivacyRouteDeps,
  { kind, url, name }: { readonly kind: ErasedKind; readonly url: string; readonly name: string },
): void {
  const params = Type.Object({ id: IdType(kind) });
  const topic = kind === 'customer' ? 'customer' : 'staff';

  route(app, {
    method: 'POST',
    url: `${url}/personal-data`,
    operationId: `export${name}Data`,
    summary: 'Everything that is known of somebody, as a ZIP with JSON and CSV.',
    description:
      'That it was taken out is written down. The same key writes down nothing more, and gives what is known by then as of the first time.',
    tags,
    permission,
    scope: 'none',
    schema: { params, response: { 200: Type.String({ description: 'application/zip' }) } },
    async handler(request, reply) {
      const { id } = request.params;
      const at = deps.now();
      let archive: Buffer | undefined;
      const submission = submissionOf(request, `export_${kind}_data`, { at, topic });
      const outcome = await deps.master(submission, async (tx) => {
        const data = await exportPersonalData(tx, kind, id, { at });
        ({ archive } = data);
        return changed([{ type: 'PersonalDataExported', version: 1, subjectId: id, body: data.counts }], { at });
      });
      archive ??= (await repeated(deps, outcome, { kind, id })).archive;
      return reply
        .type('application/zip')
        .header('content-disposition', `attachment; filename="${idText(kind, id)}.zip"`)
        .send(archive);
    },
  });

  route(app, {
    method: 'GET',
    url: `${url}/erasure`,
    operationId: `get${name}Erasure`,
    summary: 'The receipt of an erasure.',
    tags,
    permission,
    scope: 'none',
    schema: {
      params,
      response: {
        200: Type.Object({ receipt: Type.Union([ReceiptType, Type.Null({ description: 'Nobody was erased.' })]) }),
      },
    },
    async handler({ params: { id } }) {
      const row = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
        tx.find<{ receipt: Receipt }>(privacySql.find_erasure, [id]),
      );
      return { receipt: row === undefined ? null : receiptAnswer(row.receipt) };
    },
  });

  route(app, {
    method: 'POST',
    url: `${url}/erasure`,
    operationId: `erase${name}`,
    summary: 'Forget somebody, as far as the law lets us; the receipt says what stays until when.',
    tags,
    permission,
    scope: 'none',
    preview: true,
    schema: {
      params,
      body: Type.Object({}, { additionalProperties: false }),
      response: { 201: ReceiptType },
    },
    async handler(request, reply) {
      const at = deps.now();
      const { id: subjectId } = request.params;
      const erasure: Erasure = { id: uuidv7(), kind, subjectId, askedBy: request.principal.id, at };
      const submission = submissionOf(request, `erase_${kind}`, { at, topic });
      if (!request.preview)
        await oversee(request, {
          act: 'erasure',
          permission,
          target: {},
          limits: [],
          currency: '',
          // What cannot be erased is refused before a second person is asked.
          async amounts() {
            masterAnswer(await deps.master({ ...submission, preview: true }, eraseWork(erasure)));
            return [];
          },
        });
      const mailAddress = kind === 'person' ? await addressOf(deps, subjectId) : '';
      const told = { ...submission, approvedById: request.secondPerson?.principal.id };
      const receipt = masterAnswer(await deps.master(told, eraseWork(erasure)));
      if (!request.preview) await forgetBeside(deps, { ...erasure, id: receipt.erasureId }, mailAddress);
      return reply.code(201).send(receiptAnswer(receipt));
    },
  });
}

function submissionOf(
  request: Pick<RouteRequest, 'principal' | 'originId' | 'idempotencyKey' | 'preview'> & { readonly params: unknown },
  type: string,
  { at, topic }: { readonly at: number; readonly topic: string },
): MasterSubmission {
  const { principal, originId, idempotencyKey: key, preview, params } = request;
  return { type, principalId: principal.id, originId, key, body: params, at, topic, preview };
}

/** Packed anew, because a kept archive would outlive those who want to be forgotten. Dated like the first one, and without the mark that the first one left. */
async function repeated(
  { pool, schema }: PrivacyRouteDeps,
  outcome: MasterOutcome<{ readonly at: number }>,
  { kind, id }: { readonly kind: ErasedKind; readonly id: string },
): Promise<PersonalData> {
  const { at } = masterAnswer(outcome);
  const before = outcome.kind === 'accepted' ? outcome.eventNumber : undefined;
  return withTransaction(pool, { schema }, (tx) => exportPersonalData(tx, kind, id, { at, before }));
}

async function addressOf({ pool, schema }: PrivacyRouteDeps, id: string): Promise<string> {
  return (await withTransaction(pool, { schema }, (tx) => lockPersonForErasure(tx, id)))?.email ?? '';
}

/** What lies beside the rows: hashes of what was sent, sessions in memory, the list for restored backups, kept mails. A repeat does it again. */
async function forgetBeside(deps: PrivacyRouteDeps, erasure: Erasure, mailAddress: string): Promise<void> {
  const { pool, schema, files } = deps;
  if (files !== undefined) {
    await listErasure(files.erasures, schema, erasure);
    files.carryErasures?.().catch(deps.onError);
    await forgetMails(files.mails, mailAddress);
  }
  if (erasure.kind === 'person') deps.forgetPerson(erasure.subjectId);
  await withTransaction(pool, { schema, statementTimeoutMs: FORGET_KEYS_MS }, (tx) =>
    tx.run(privacySql.forget_keys, [erasure.subjectId]),
  );
}

function receiptAnswer({ erasureId, subjectId, ...receipt }: Receipt): Static<typeof ReceiptType> {
  return {
    id: idText('erasure', erasureId),
    ...receipt,
    subjectId: idText(receipt.kind, subjectId),
    deleted: [...receipt.deleted],
    restricted: [...receipt.restricted],
    kept: [...receipt.kept],
  };
}
