import { Type } from 'typebox';
import type { Api } from '../http/app.ts';
import { InstantType } from '../http/money.ts';
import { notFound } from '../http/problem.ts';
import { route } from '../http/route.ts';
import type { Alerts } from './alerts.ts';
import { worstOf } from './health.ts';
import type { CheckResult, Health } from './health.ts';

const State = Type.Union([Type.Literal('ok'), Type.Literal('warn'), Type.Literal('bad')]);
const Check = Type.Object({
  name: Type.String(),
  title: Type.String(),
  state: Type.Union([State, Type.Literal('unknown')], { description: 'unknown: it has not been looked at yet.' }),
  reason: Type.Union([Type.String(), Type.Null()], {
    description: 'Which of the things that this check can find, where there are several.',
  }),
  problem: Type.Union([Type.String(), Type.Null()], { description: 'What is wrong.' }),
  remedy: Type.Union([Type.String(), Type.Null()], { description: 'What to do.' }),
  figures: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Null()])),
  checkedAt: Type.Union([InstantType, Type.Null()]),
  since: Type.Union([InstantType, Type.Null()], {
    description: 'Since when it has been so, as far as this process knows.',
  }),
  onDemand: Type.Boolean({ description: 'It is looked at only when somebody asks.' }),
  running: Type.Boolean(),
});

/** How long a request waits for a check that it started. */
const WAIT_MS = 20_000;

/** The health of the installation for people with system:read; running a check and sending a test alert with system:manage. */
export function registerHealthRoutes(
  api: Api,
  options: { readonly health: Health; readonly alerts: Alerts; readonly version: string; readonly startedAt: number },
): void {
  const { health, alerts } = options;
  route(api, {
    method: 'GET',
    url: '/system/health',
    operationId: 'getSystemHealth',
    summary: 'What is wrong with the installation and what to do.',
    tags: ['system'],
    permission: 'system:read',
    scope: 'none',
    schema: {
      response: {
        200: Type.Object({
          state: State,
          version: Type.String(),
          startedAt: InstantType,
          checks: Type.Array(Check),
        }),
      },
    },
    handler: () => {
      const results = health.results();
      return {
        state: worstOf(results),
        version: options.version,
        startedAt: instant(options.startedAt),
        checks: results.map(answerOf),
      };
    },
  });
  route(api, {
    method: 'POST',
    url: '/system/health/:name/run',
    operationId: 'runHealthCheck',
    summary: 'Looks at one thing now.',
    description: 'Answers when it is done, or after 20 s with running: true; then ask for the health until it is.',
    tags: ['system'],
    permission: 'system:manage',
    scope: 'none',
    idempotent: false,
    noted: true,
    schema: { params: Type.Object({ name: Type.String({ maxLength: 40 }) }), response: { 200: Check } },
    handler: async (request) => {
      const result = await health.runNow(request.params.name, WAIT_MS);
      if (result === undefined) throw notFound('a check');
      return answerOf(result);
    },
  });
  route(api, {
    method: 'POST',
    url: '/system/alerts/test',
    operationId: 'sendTestAlert',
    summary: 'Sends an alert that means nothing, to see whether it arrives.',
    tags: ['system'],
    permission: 'system:manage',
    scope: 'none',
    idempotent: false,
    noted: true,
    rateLimit: { max: 10, windowMs: 60_000 },
    schema: {
      response: {
        200: Type.Object({
          ways: Type.Array(
            Type.Object({ way: Type.String(), sent: Type.Boolean(), error: Type.Union([Type.String(), Type.Null()]) }),
          ),
        }),
      },
    },
    handler: async () => ({
      ways: (await alerts.sendTest()).map(({ way, error }) => ({
        way,
        sent: error === undefined,
        error: error ?? null,
      })),
    }),
  });
}

function answerOf({ check, finding, checkedAt, since, running }: CheckResult) {
  const isWell = finding === undefined || finding.state === 'ok';
  return {
    name: check.name,
    title: check.title,
    state: finding?.state ?? 'unknown',
    reason: isWell ? null : (finding.reason ?? null),
    problem: isWell ? null : finding.problem,
    remedy: isWell ? null : finding.remedy,
    figures: finding?.figures ?? {},
    checkedAt: checkedAt === undefined ? null : instant(checkedAt),
    since: since === undefined ? null : instant(since),
    onDemand: check.everyMs === 'on_demand',
    running,
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
