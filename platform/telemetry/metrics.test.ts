import { expect, test } from 'vitest';
import { createMetrics, MAX_SERIES } from './metrics.ts';

test('counters, spreads and gauges are written as Prometheus reads them', async () => {
  const metrics = createMetrics();
  metrics
    .counter({ name: 'refused_total', help: 'Said no.', labels: ['reason'] })
    .of('a "b"\n\\')
    .add();
  const spread = metrics.histogram({ name: 'took_seconds', help: 'How long.', labels: ['route'], bounds: [0.1, 1] });
  for (const value of [0.1, 0.5, 7]) spread.of('/x').observe(value);
  metrics.gauge({ name: 'depth', help: 'Waiting.' }, () => 3);
  metrics.gauge({ name: 'lag', help: 'Behind.', labels: ['who'] }, async () => [{ labels: ['jobs'], value: 0 }]);
  metrics.gauge({ name: 'unknown', help: 'Nobody knows.' }, () => undefined);
  expect(await metrics.text()).toBe(`# HELP refused_total Said no.
# TYPE refused_total counter
refused_total{reason="a \\"b\\"\\n\\\\"} 1
# HELP took_seconds How long.
# TYPE took_seconds histogram
took_seconds_bucket{route="/x",le="0.1"} 1
took_seconds_bucket{route="/x",le="1"} 2
took_seconds_bucket{route="/x",le="+Inf"} 3
took_seconds_sum{route="/x"} 7.6
took_seconds_count{route="/x"} 3
# HELP depth Waiting.
# TYPE depth gauge
depth 3
# HELP lag Behind.
# TYPE lag gauge
lag{who="jobs"} 0
`);
});

test('a gauge that fails is left out and told', async () => {
  const told: unknown[] = [];
  const metrics = createMetrics((error) => told.push(error));
  metrics.gauge({ name: 'broken', help: 'x' }, () => Promise.reject(new Error('gone')));
  metrics.gauge({ name: 'fine', help: 'x' }, () => 1);
  expect(await metrics.text()).toContain('fine 1');
  expect(told).toHaveLength(1);
});

test('labels that come from outside do not fill the memory', async () => {
  const metrics = createMetrics();
  const counts = metrics.counter({ name: 'seen_total', help: 'x', labels: ['what'] });
  for (let at = 0; at < MAX_SERIES + 200; at += 1) counts.of(`w${at}`).add();
  const text = await metrics.text();
  expect(text.split('\n').length).toBeLessThan(MAX_SERIES + 6);
  expect(text).toContain('seen_total{what="other"} 200');
});

test('a name that is taken or no name is refused', () => {
  const metrics = createMetrics();
  metrics.counter({ name: 'one', help: 'x' });
  expect(() => metrics.counter({ name: 'one', help: 'x' })).toThrow('there already');
  expect(() => metrics.counter({ name: 'Two-three', help: 'x' })).toThrow('small letters');
  expect(() => metrics.counter({ name: 'four', help: 'x', labels: ['a'] }).of()).toThrow('has the labels a');
});
