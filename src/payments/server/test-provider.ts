import { Type } from 'typebox';
import { Value } from 'typebox/value';
import {
  ProviderFault,
  type CardAuthorisation,
  type CardInstruction,
  type CardInstructionAnswer,
  type CardProvider,
  type DeclineReason,
} from '../card-provider.ts';

const AnswerType = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100 }),
  reference: Type.String(),
  status: Type.Union([Type.Literal('authorised'), Type.Literal('declined')]),
  decline_code: Type.Union([Type.String(), Type.Null()]),
  amount: Type.Integer({ minimum: 0 }),
  currency: Type.String(),
  captured: Type.Integer({ minimum: 0 }),
  voided: Type.Integer({ minimum: 0 }),
  refunded: Type.Integer({ minimum: 0 }),
});
const RefusalType = Type.Object({ error: Type.String({ minLength: 1, maxLength: 100 }) });

const DECLINES: readonly string[] = ['insufficient_funds', 'expired_card'] satisfies DeclineReason[];

/**
 * The client of the test card provider, over HTTP as a real one would be: POST /v1/authorisations, …/{id}/captures, …/{id}/voids,
 * …/{id}/refunds, GET /v1/authorisations/{id} and ?reference=. 402 is a decline, 409 a refusal, anything else but 2xx and 404 a fault.
 */
export function createTestProvider(options: {
  readonly url: string;
  readonly apiKey: string;
  readonly timeoutMs?: number;
}): CardProvider {
  const timeoutMs = options.timeoutMs ?? 8_000;

  const call = async (
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<{ status: number; json: unknown }> => {
    try {
      const answer = await fetch(new URL(path, options.url), {
        method,
        headers: {
          authorization: `Bearer ${options.apiKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const json: unknown = await answer.json();
      if (answer.status < 300 || [402, 404, 409].includes(answer.status)) return { status: answer.status, json };
      throw new ProviderFault(`the card provider answered ${answer.status}`);
    } catch (error) {
      throw error instanceof ProviderFault
        ? error
        : new ProviderFault('the card provider did not answer', { cause: error });
    }
  };

  const instruct =
    (act: 'captures' | 'voids' | 'refunds') =>
    async (instruction: CardInstruction): Promise<CardInstructionAnswer> => {
      const { authorisationId, reference, amountMinor } = instruction;
      const { status, json } = await call('POST', `/v1/authorisations/${encodeURIComponent(authorisationId)}/${act}`, {
        reference,
        amount: amountMinor,
      });
      if (status < 300) return { kind: 'done' };
      return { kind: 'refused', reason: Value.Check(RefusalType, json) ? json.error : `status_${status}` };
    };

  return {
    name: 'test',
    async authorise({ reference, token, amountMinor, currency }) {
      const { status, json } = await call('POST', '/v1/authorisations', {
        reference,
        token,
        amount: amountMinor,
        currency,
      });
      if (status === 404 || status === 409)
        throw new ProviderFault(`the card provider answered ${status} to an authorisation`);
      return authorisationOf(json);
    },
    capture: instruct('captures'),
    void: instruct('voids'),
    refund: instruct('refunds'),
    async get(authorisationId) {
      const { status, json } = await call('GET', `/v1/authorisations/${encodeURIComponent(authorisationId)}`);
      return status === 404 ? undefined : authorisationOf(json);
    },
    async findByReference(reference) {
      const { status, json } = await call('GET', `/v1/authorisations?reference=${encodeURIComponent(reference)}`);
      return status === 404 ? undefined : authorisationOf(json);
    },
  };
}

function authorisationOf(json: unknown): CardAuthorisation {
  if (!Value.Check(AnswerType, json))
    throw new ProviderFault('the card provider answered something else than an authorisation');
  const { id, reference, status, amount, currency, captured, voided, refunded, decline_code: code } = json;
  const known = {
    id,
    reference,
    status,
    amountMinor: amount,
    currency,
    capturedMinor: captured,
    voidedMinor: voided,
    refundedMinor: refunded,
  };
  return status === 'authorised'
    ? known
    : { ...known, reason: code !== null && DECLINES.includes(code) ? (code as DeclineReason) : 'declined' };
}
