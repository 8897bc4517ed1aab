import { NumberInput } from '@mantine/core';
import type { NumberInputProps } from '@mantine/core';
import { createContext, useContext } from 'react';
import { useTranslations } from 'use-intl';
import type { WishProblem } from './wish.ts';

/** What fields of a promotion ask the form around them. */
type Editing = {
  /** What is wrong with a field, in words, once somebody wanted to save; undefined when nothing is. */
  readonly errorAt: (field: string) => string | undefined;
  /** The name of a SKU or product, as far as it is known on this page. */
  readonly nameOf: (id: string) => string | undefined;
  /** Remembers a name for the sentence and the preview. */
  readonly learn: (id: string, name: string) => void;
};

const EditingContext = createContext<Editing>({ errorAt: () => undefined, nameOf: () => undefined, learn: () => {} });

/** Around the fields of a promotion. */
export const EditingProvider = EditingContext.Provider;

/** What the form around a field knows. */
export function useEditing(): Editing {
  return useContext(EditingContext);
}

/** The words for what is wrong with fields; none before somebody wanted to save. */
export function useFieldProblems(
  problems: ReadonlyMap<string, WishProblem> | undefined,
): (field: string) => string | undefined {
  const lacks = useTranslations('promotions.lacks');
  const refused = useTranslations('problem.reasons');
  return (field) => {
    const problem = problems?.get(field);
    if (problem === undefined) return undefined;
    const { key, numbers } = problem;
    return lacks.has(key as 'needsName')
      ? lacks(key as 'needsName')
      : refused(key as 'currency_missing', numbers as never);
  };
}

type Field = { readonly field: string } & Pick<NumberInputProps, 'label' | 'description' | 'max'>;

/** A whole number from 1 on, or from `min`. */
export function CountField({
  field,
  value,
  onCount,
  min = 1,
  ...rest
}: Field & {
  readonly value: number | undefined;
  readonly onCount: (count: number | undefined) => void;
  readonly min?: number;
}) {
  const { errorAt } = useEditing();
  return (
    <NumberInput
      {...rest}
      error={errorAt(field)}
      value={value ?? ''}
      min={min}
      allowDecimal={false}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      onChange={(given) => onCount(typeof given === 'number' ? given : undefined)}
    />
  );
}

/** A share as people write it; its value is whole parts per million. */
export function PercentField({
  field,
  ppm,
  onPpm,
  ...rest
}: Field & { readonly ppm: number | undefined; readonly onPpm: (ppm: number | undefined) => void }) {
  const { errorAt } = useEditing();
  return (
    <NumberInput
      {...rest}
      error={errorAt(field)}
      value={ppm === undefined ? '' : ppm / 10_000}
      min={0}
      max={100}
      decimalScale={4}
      suffix=" %"
      onChange={(given) => onPpm(typeof given === 'number' ? Math.round(given * 10_000) : undefined)}
    />
  );
}
