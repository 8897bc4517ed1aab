import { TextInput } from '@mantine/core';
import { ScanLine } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ComponentProps } from 'react';

/** Letters a scan has at least; shorter bursts are people. */
export const SCAN_MIN_LENGTH = 6;
/** Milliseconds between two letters of a scan at most. Hand scanners type at 1 to 20 ms; fast typists need 60. */
export const SCAN_MAX_GAP_MS = 35;

/** What a reader of key strokes has seen so far. */
export type ScanState = { readonly text: string; readonly lastMs: number };

/**
 * Takes one key and says what it completes: scanners type like a keyboard, only faster, and end with Enter. Pure, so that it can be tested
 * with times from a table.
 */
export function readScan(state: ScanState, key: string, atMs: number): { state: ScanState; scanned?: string } {
  const inTime = atMs - state.lastMs <= SCAN_MAX_GAP_MS;
  if (key === 'Enter') {
    const nothing = { text: '', lastMs: atMs };
    return inTime && state.text.length >= SCAN_MIN_LENGTH
      ? { state: nothing, scanned: state.text }
      : { state: nothing };
  }
  if (key.length !== 1) return { state };
  return { state: { text: inTime ? state.text + key : key, lastMs: atMs } };
}

/**
 * Hears a scanner anywhere on the page, without a field in focus. When one is in focus, what the scanner typed there is taken out again.
 * `onScan` gets the code without Enter. Only one part of a page may hear it: where there are several, none does (`hears` false).
 */
export function useScan(onScan: (code: string) => void, hears = true): void {
  const latest = useRef(onScan);
  useEffect(() => {
    latest.current = onScan;
  }, [onScan]);
  useEffect(() => {
    if (!hears) return undefined;
    let state: ScanState = { text: '', lastMs: 0 };
    const listen = (event: globalThis.KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = readScan(state, event.key, event.timeStamp);
      state = step.state;
      if (step.scanned === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      takeOut(document.activeElement, step.scanned);
      latest.current(step.scanned);
    };
    addEventListener('keydown', listen, { capture: true });
    return () => removeEventListener('keydown', listen, { capture: true });
  }, [hears]);
}

function takeOut(target: Element | null, code: string): void {
  if (!(target instanceof HTMLInputElement) || !target.value.endsWith(code)) return;
  // React hears of a change only when the value is set past its own property.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(
    target,
    target.value.slice(0, -code.length),
  );
  target.dispatchEvent(new Event('input', { bubbles: true }));
}

/** A field for a code or a search, with the sign that a scanner works here. */
export function ScanField(props: ComponentProps<typeof TextInput>) {
  return (
    <TextInput
      leftSection={<ScanLine size={16} aria-hidden="true" />}
      autoComplete="off"
      spellCheck={false}
      {...props}
    />
  );
}
