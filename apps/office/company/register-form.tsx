import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { listRegisters } from '../../client/programs.ts';
import { openRegister } from '../../client/setup.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { useAct } from '../shared/act.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenLocations } from '../shared/reference.ts';
import { CodeField, type Code } from './code-field.tsx';
import { isCode } from './countries.ts';

/** Opens a register: a till of a place, which a device becomes by a pairing code. */
export function RegisterForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations('company');
  const locations = useOpenLocations();
  const registers = useQuery({ queryKey: ['company', 'registers'], queryFn: listRegisters }).data ?? [];
  const [chosen, setLocation] = useState<string>();
  const location =
    locations.find(({ id }) => id === chosen) ?? locations.find(({ kind }) => kind === 'store') ?? locations[0];
  const here = registers.filter(({ locationId }) => locationId === location?.id).length;
  const [name, setName] = useState('');
  const [written, setWritten] = useState<string>();
  const code: Code = {
    value: written ?? `T${here + 1}`,
    set: (value) => setWritten(value === '' ? undefined : value.toUpperCase()),
  };
  const opening = useAct(openRegister, { touches: ['company', 'setup', 'devices'], onDone });
  const reason =
    location === undefined
      ? t('needsLocation')
      : name.trim() === ''
        ? t('needsName')
        : !isCode(code.value)
          ? t('needsCode')
          : undefined;
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason === undefined && location !== undefined)
          opening.mutate({ locationId: location.id, code: code.value, name: name.trim() });
      }}
    >
      <p className="os-soft">{t('registerText')}</p>
      <LocationSelect
        label={t('location')}
        allowDeselect={false}
        value={location?.id ?? null}
        onChange={(value) => value !== null && setLocation(value)}
      />
      <div className="os-fields-2" data-even="">
        <TextInput
          label={t('name')}
          required
          maxLength={200}
          placeholder={t('registerName')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <CodeField code={code} description={t('registerCodeText')} />
      </div>
      {opening.error !== null && <ProblemView problem={opening.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={reason} loading={opening.isPending}>
          {t('openRegister')}
        </ReasonButton>
      </div>
    </form>
  );
}
