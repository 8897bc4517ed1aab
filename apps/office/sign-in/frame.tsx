import type { ReactNode } from 'react';
import { BrandMark } from '../../kit/app-frame.tsx';

/** Every page before one is in: the mark, what it is about, and what to do. */
export function SignInFrame({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="os-signin">
      <main>
        <BrandMark name="Oneshelf" />
        <h1>{title}</h1>
        {text !== undefined && <p className="os-soft">{text}</p>}
        {children}
      </main>
      <div className="os-signin-art" aria-hidden="true">
        <Shelf />
      </div>
    </div>
  );
}

/** Goods on one shelf: our promise as a drawing. */
function Shelf() {
  const goods = [
    [0, 96, 0.9],
    [44, 150, 0.55],
    [88, 72, 0.75],
    [132, 180, 0.4],
    [176, 120, 0.85],
    [220, 64, 0.5],
    [264, 140, 0.7],
    [308, 104, 0.95],
    [352, 168, 0.45],
    [396, 88, 0.8],
  ] as const;
  return (
    <svg viewBox="0 0 440 220" width="100%" style={{ maxWidth: 520 }}>
      {goods.map(([x, height, opacity]) => (
        <rect
          key={x}
          x={x + 2}
          y={196 - height}
          width="38"
          height={height}
          rx="6"
          fill="currentColor"
          opacity={opacity}
        />
      ))}
      <rect x="-12" y="202" width="464" height="8" rx="4" fill="currentColor" />
    </svg>
  );
}
