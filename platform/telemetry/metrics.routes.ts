import type { FastifyRequest } from 'fastify';
import { hash, timingSafeEqual } from 'node:crypto';
import type { Api } from '../http/app.ts';
import { sendProblem } from '../http/errors.ts';
import type { Metrics } from './metrics.ts';

/** The permission that opens what is told about the installation. */
export const SYSTEM_READ = 'system:read';

/** Prometheus' text format. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * `/metrics`. Who may read: whoever sends the token, if one is set; else a program that asks from this machine and through no proxy; and always a person
 * with system:read. The numbers tell how much a company sells, so they are never public.
 */
export function registerMetricsRoute(api: Api, options: { metrics: Metrics; token?: string | undefined }): void {
  const { metrics, token } = options;
  api.get('/metrics', { schema: { hide: true } as never }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (!(token === undefined ? isFromHere(request) : bearsToken(request, token))) {
      const principal = await api.authenticate(request);
      if (principal?.holds(SYSTEM_READ) !== true)
        return sendProblem(reply, 401, 'metrics_are_not_public', 'Send METRICS_TOKEN as bearer token, or sign in.');
    }
    return reply.type(CONTENT_TYPE).send(await metrics.text());
  });
}

/** From a loopback address, and not passed on by a proxy that stands on this machine. */
function isFromHere(request: FastifyRequest): boolean {
  const { headers } = request;
  const passedOn = headers.forwarded ?? headers['x-forwarded-for'] ?? headers['x-real-ip'] ?? headers.via;
  const address = request.socket.remoteAddress ?? '';
  // A page in a browser of this machine that was pointed here by another name is not from here either.
  const host = request.host.replace(/:\d+$/, '');
  const isLocalName = host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
  return passedOn === undefined && isLocalName && /^(?:::ffff:)?127\.|^::1$/.test(address);
}

/** Hashed first, so that neither length nor beginning of the token can be found out by the clock. */
function bearsToken(request: FastifyRequest, token: string): boolean {
  const given = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', token, 'buffer'));
}
