import { useElementSize } from '@mantine/hooks';
import { useId } from 'react';

/** One line of a small chart. `values` are plain numbers; null is a gap (hours still to come). */
export type Series = {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly quiet?: boolean;
  readonly colour?: number;
};

/**
 * A small line chart, drawn by us: a chart library weighs more than a whole screen. `summary` is what it shows in a sentence, for those who
 * cannot see it; the table behind it stands beside it.
 */
export function LineChart({
  series,
  labels,
  summary,
  height = 160,
}: {
  series: readonly Series[];
  labels: readonly string[];
  summary: string;
  height?: number;
}) {
  const gradient = useId();
  const { ref, width: measured } = useElementSize<HTMLDivElement>();
  const width = Math.max(240, measured);
  const bottom = height - 20;
  const top = 8;
  const highest = Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const x = (at: number): number => (labels.length <= 1 ? 0 : (at / (labels.length - 1)) * width);
  const y = (value: number): number => bottom - (Math.max(0, value) / highest) * (bottom - top);
  const shown = [...series].sort((a, b) => Number(b.quiet ?? false) - Number(a.quiet ?? false));
  const every = Math.max(1, Math.ceil(labels.length / (width < 420 ? 4 : 8)));
  return (
    <div ref={ref} style={{ height }}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={summary}
        width={width}
        height={height}
        style={{ display: 'block', overflow: 'visible' }}
      >
        <defs>
          <linearGradient id={gradient} x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stopColor="var(--os-series-0)" stopOpacity="0.22" />
            <stop offset="1" stopColor="var(--os-series-0)" stopOpacity="0" />
          </linearGradient>
        </defs>
        {[0, 0.5, 1].map((part) => (
          <line
            key={part}
            x1="0"
            x2={width}
            y1={y(highest * part)}
            y2={y(highest * part)}
            stroke="var(--os-line)"
            strokeWidth="1"
          />
        ))}
        {labels.map((label, at) =>
          at % every === 0 ? (
            <text
              key={at}
              x={x(at)}
              y={height - 4}
              className="os-chart-axis"
              textAnchor={at === 0 ? 'start' : at >= labels.length - 1 ? 'end' : 'middle'}
            >
              {label}
            </text>
          ) : null,
        )}
        {shown.map(({ label, values, quiet = false, colour = 0 }) => {
          const points = values.flatMap((value, at) => (value === null ? [] : [[x(at), y(value)] as const]));
          const path = points
            .map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`)
            .join('');
          const last = points.at(-1);
          return (
            <g key={label}>
              {!quiet && series.length <= 2 && points.length > 1 && (
                <path
                  d={`${path}L${points.at(-1)?.[0] ?? 0} ${bottom}L${points[0]?.[0] ?? 0} ${bottom}Z`}
                  fill={`url(#${gradient})`}
                />
              )}
              <path
                d={path}
                fill="none"
                stroke={quiet ? 'var(--os-line-strong)' : `var(--os-series-${colour})`}
                strokeWidth={quiet ? 1.5 : 2.25}
                strokeDasharray={quiet ? '4 4' : undefined}
                strokeLinejoin="round"
                strokeLinecap="round"
              />
              {!quiet && last !== undefined && (
                <circle
                  cx={last[0]}
                  cy={last[1]}
                  r="4"
                  fill={`var(--os-series-${colour})`}
                  stroke="var(--os-surface)"
                  strokeWidth="2"
                />
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/** A line as small as a word. Decoration beside the number it belongs to, so it is silent for screen readers. */
export function Sparkline({
  values,
  colour = 0,
  width = 96,
  height = 28,
}: {
  values: readonly (number | null)[];
  colour?: number;
  width?: number;
  height?: number;
}) {
  const known = values.filter((value): value is number => value !== null);
  const highest = Math.max(1, ...known);
  const step = values.length <= 1 ? 0 : width / (values.length - 1);
  const path = values
    .flatMap((value, at) =>
      value === null
        ? []
        : [`${(at * step).toFixed(1)} ${(height - 2 - (Math.max(0, value) / highest) * (height - 4)).toFixed(1)}`],
    )
    .map((point, at) => `${at === 0 ? 'M' : 'L'}${point}`)
    .join('');
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      aria-hidden="true"
      style={{ overflow: 'visible' }}
    >
      <path
        d={path}
        fill="none"
        stroke={`var(--os-series-${colour})`}
        strokeWidth="1.75"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}

/** A share of the whole as a bar, beside its number. */
export function ShareBar({ share, colour = 0 }: { share: number; colour?: number }) {
  const percent = Math.max(0, Math.min(1, share)) * 100;
  return (
    <span aria-hidden="true" style={{ display: 'block', height: 4, borderRadius: 2, background: 'var(--os-sunken)' }}>
      <span
        style={{
          display: 'block',
          height: 4,
          borderRadius: 2,
          width: `${percent}%`,
          background: `var(--os-series-${colour})`,
          transition: 'width var(--os-calm)',
        }}
      />
    </span>
  );
}
