import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { createCustomer, listCustomers } from '../../client/api.ts';
import type { Customer } from '../../client/types.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { useAct } from './act.ts';
import { ProblemView } from './problem-view.tsx';

/** The customer who was chosen, and the way to another one. */
export function Chosen({ customer, onChange }: { customer: Pick<Customer, 'name' | 'number'>; onChange: () => void }) {
  const t = useTranslations('newOrder');
  return (
    <div className="os-row">
      <strong className="os-grow">
        {customer.name} <span className="os-code">{customer.number}</span>
      </strong>
      <Button variant="default" size="compact-sm" onClick={onChange}>
        {t('changeCustomer')}
      </Button>
    </div>
  );
}

/** Finds a customer by name, number, e-mail or telephone, or makes one. */
export function ChooseCustomer({
  onChoose,
}: {
  onChoose: (customer: Pick<Customer, 'id' | 'name' | 'number'>) => void;
}) {
  const t = useTranslations('newOrder');
  const [text, setText] = useState('');
  const [making, setMaking] = useState(false);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const wanted = text.trim();
  const found = useQuery({
    queryKey: ['customers', 'search', wanted],
    queryFn: ({ signal }) => listCustomers({ search: wanted, limit: 6 }, signal),
    enabled: wanted.length >= 2,
    placeholderData: (before) => before,
  });
  const creating = useAct(createCustomer, {
    touches: ['customers'],
    onDone: (made, input) => onChoose({ id: made.id, name: input.name, number: made.number }),
  });
  if (making) {
    return (
      <div className="os-fields" role="group" aria-label={t('newCustomer')}>
        <div className="os-fields-2">
          <TextInput
            label={t('name')}
            required
            autoFocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('email')}
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        </div>
        {creating.error !== null && <ProblemView problem={creating.error} while="acting" />}
        <div className="os-row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={() => setMaking(false)}>
            {t('cancel')}
          </Button>
          <ReasonButton
            reason={name.trim() === '' ? t('needsName') : undefined}
            loading={creating.isPending}
            onClick={() =>
              creating.mutate({ name: name.trim(), ...(email.trim() === '' ? {} : { email: email.trim() }) })
            }
          >
            {t('create')}
          </ReasonButton>
        </div>
      </div>
    );
  }
  return (
    <div className="os-fields">
      <div className="os-row" style={{ alignItems: 'end' }}>
        <TextInput
          className="os-grow"
          label={t('findCustomer')}
          type="search"
          placeholder={t('findCustomerHint')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button
          variant="default"
          onClick={() => {
            setMaking(true);
            if (!wanted.includes('@')) setName(wanted);
            else setEmail(wanted);
          }}
        >
          {t('newCustomer')}
        </Button>
      </div>
      {wanted.length >= 2 && found.data !== undefined && (
        <ul className="os-worklist" aria-label={t('customersFound')}>
          {found.data.items.map((customer) => (
            <li key={customer.id}>
              <button
                type="button"
                className="os-nav-link"
                style={{ width: '100%', background: 'none', border: 0, font: 'inherit' }}
                onClick={() => onChoose(customer)}
              >
                <span className="os-grow" style={{ textAlign: 'start' }}>
                  {customer.name} <span className="os-code">{customer.number}</span>
                </span>
                <span className="os-soft os-small">{customer.email}</span>
              </button>
            </li>
          ))}
          {found.data.items.length === 0 && <li className="os-soft">{t('noCustomer')}</li>}
        </ul>
      )}
    </div>
  );
}
