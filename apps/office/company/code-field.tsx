import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { codeFrom } from './countries.ts';

/** A code that follows the name until somebody writes one. */
export type Code = { readonly value: string; readonly set: (value: string) => void };

/** Keeps a code; `taken` are those that there are. */
export function useCode(name: string, taken: readonly string[]): Code {
  const [written, setWritten] = useState<string>();
  return {
    value: written ?? (name.trim() === '' ? '' : codeFrom(name, taken)),
    set: (value) => setWritten(value === '' ? undefined : value.toUpperCase()),
  };
}

/** The field for it. */
export function CodeField({ code, description }: { code: Code; description: string }) {
  const t = useTranslations('company');
  return (
    <TextInput
      label={t('code')}
      description={description}
      required
      maxLength={12}
      value={code.value}
      onChange={(event) => code.set(event.currentTarget.value)}
    />
  );
}
