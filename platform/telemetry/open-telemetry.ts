import { SpanKind, SpanStatusCode, context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Committer } from '../commit/committer.ts';
import type { Api } from '../http/app.ts';

/** Where traces and logs go. `headers` as `name=value` pairs with commas between, values percent-encoded. */
export type OpenTelemetryOptions = {
  readonly endpoint: string;
  readonly headers: string | undefined;
  readonly service: string;
  readonly version: string;
  readonly percent: number;
};

/** What is traced and sent. */
export type OpenTelemetry = {
  /** A span for each request, a child of the caller's when it says so. Before any route is added. */
  traceRequests(api: Api): void;
  /** The same door, with a span for each command below that of its request. */
  traceCommands(committer: Committer): Committer;
  /** Sends a line of the log as pino writes it. */
  readonly sendLogLine: (line: string) => void;
  /** Sends what waits and ends. */
  stop(): Promise<void>;
};

/**
 * Starts sending to a collector by OTLP over HTTP. This module is loaded only when a collector is set, because it costs 40 MB and, per traced request, more
 * than the request. It speaks to the packages itself instead of patching others: a request and a command are all there is to see.
 */
export function startOpenTelemetry(options: OpenTelemetryOptions): OpenTelemetry {
  const headers = headersOf(options.headers);
  const base = options.endpoint.replace(/\/$/, '');
  const tracing = new NodeTracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.percent / 100) }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${base}/v1/traces`, headers }))],
    ...named(options),
  });
  // The default propagator reads W3C traceparent; the context manager follows a request through what it awaits.
  tracing.register();
  const logging = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${base}/v1/logs`, headers }) })],
    ...named(options),
  });
  const logger = logging.getLogger('oneshelf');
  const tracer = tracing.getTracer('oneshelf');
  const spans = new WeakMap<FastifyRequest, Span>();

  return {
    traceRequests(api) {
      api.addHook('onRequest', (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
        const caller = propagation.extract(ROOT_CONTEXT, request.headers);
        const route = request.routeOptions.url ?? '(none)';
        const span = tracer.startSpan(
          `${request.method} ${route}`,
          // The pattern, not the address: a search may hold somebody's name.
          { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method, 'http.route': route } },
          caller,
        );
        spans.set(request, span);
        context.with(trace.setSpan(caller, span), done);
      });
      api.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
        const span = spans.get(request);
        span?.setAttribute('http.response.status_code', reply.statusCode);
        if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
        span?.end();
        done();
      });
    },

    traceCommands(committer) {
      return {
        ...committer,
        async submit(submission) {
          const span = tracer.startSpan(`commit ${submission.type}`, {
            attributes: { 'oneshelf.lane': submission.lane },
          });
          try {
            const outcome = await committer.submit(submission);
            span.setAttribute('oneshelf.outcome', outcome.kind === 'refused' ? outcome.rejection.reason : outcome.kind);
            if (outcome.kind === 'accepted') span.setAttribute('oneshelf.event_number', outcome.eventNumber);
            return outcome;
          } catch (error) {
            span.setStatus({ code: SpanStatusCode.ERROR });
            throw error;
          } finally {
            span.end();
          }
        },
      };
    },

    sendLogLine(line) {
      const { level, time, msg, err, ...fields } = JSON.parse(line) as {
        level: string;
        time: string;
        msg?: string;
        err?: { stack?: string };
      };
      const here: Context = context.active();
      logger.emit({
        timestamp: new Date(time),
        severityText: level,
        severityNumber: SEVERITIES[level] ?? 9,
        body: msg ?? '',
        context: here,
        attributes: {
          ...Object.fromEntries(
            Object.entries(fields).map(([name, value]) => [
              name,
              typeof value === 'string' ? value : JSON.stringify(value),
            ]),
          ),
          ...(err?.stack === undefined ? {} : { 'exception.stacktrace': err.stack }),
        },
      });
    },

    async stop() {
      // A collector that is away must not hold the end of the program.
      await Promise.allSettled([tracing.shutdown(), logging.shutdown()]);
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

/** OpenTelemetry's numbers for pino's names. */
const SEVERITIES: Readonly<Record<string, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };

/** Who sends, in the words of OpenTelemetry. */
function named({ service, version }: OpenTelemetryOptions) {
  return { resource: resourceFromAttributes({ 'service.name': service, 'service.version': version }) };
}

function headersOf(text: string | undefined): Record<string, string> {
  return Object.fromEntries(
    (text ?? '')
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
      }),
  );
}
