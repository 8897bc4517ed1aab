import fastifyStatic from '@fastify/static';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Api } from '../../platform/http/app.ts';
import { sendProblem } from '../../platform/http/errors.ts';

const OFFICE = resolve(import.meta.dirname, '../../dist/office');

/**
 * Serves the built office: files by name with a year of caching (their names carry a hash), the page itself for every address a person can have open,
 * fresh each time. What begins with /api stays with the API.
 */
export async function serveOffice(api: Api, folder = OFFICE): Promise<void> {
  if (!existsSync(folder)) return;
  await api.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) =>
      void reply.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  });
  // The files have routes of their own; what is left is either an address inside the office or nothing.
  api.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    handler(request, reply) {
      const path = request.url.split('?', 1)[0] ?? '';
      if (path.startsWith('/api/') || /\.[a-z0-9]+$/i.test(path))
        return sendProblem(reply, 404, 'unknown_route', `There is no ${request.method} ${path}.`);
      return reply.header('cache-control', 'no-cache').sendFile('index.html');
    },
  });
}

/** Builds the office when it is missing or older than its sources: in a fresh clone there is no build. */
export async function prepareOffice(log: { info(message: string): void }): Promise<void> {
  const { buildOffice } = await import('./build-office.ts');
  await buildOffice({ onProgress: (message: string) => log.info(message) });
}
