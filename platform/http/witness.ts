import type { FastifyRequest } from 'fastify';
import type { ProblemError } from './problem.ts';

/** Who remembers where requests came from and which were turned away. */
export type Witness = {
  /** The id of where the request comes from. At once when it was met before. */
  origin(request: FastifyRequest): string | Promise<string>;
  /** Told of each request that was turned away with 401, 403 or, at a door that everybody may try, 429. */
  denied(request: FastifyRequest, problem: Pick<ProblemError, 'status' | 'reason'>): void;
  /** Told of each request that did something of which no event of its own tells. */
  done(request: FastifyRequest): void;
};
