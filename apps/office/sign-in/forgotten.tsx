import { Anchor, Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { askForPasswordReset } from '../../client/own-account.ts';
import { Problem } from '../../kit/problem.tsx';
import { useProblemText } from '../shared/problem-view.tsx';
import { SignInFrame } from './frame.tsx';

/** Asks for the link of a forgotten password. Says the same whether anybody has the address. */
export function Forgotten({ email: typed, onBack }: { email: string; onBack: () => void }) {
  const t = useTranslations('signIn');
  const text = useProblemText();
  const [email, setEmail] = useState(typed);
  const asking = useMutation({ mutationFn: () => askForPasswordReset(email.trim()) });
  const back = (
    <Anchor component="button" type="button" size="sm" onClick={onBack} style={{ justifySelf: 'start' }}>
      {t('back')}
    </Anchor>
  );
  if (asking.isSuccess)
    return (
      <SignInFrame title={t('sentTitle')} text={t('sentText', { email: email.trim() })}>
        {back}
      </SignInFrame>
    );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    asking.mutate();
  };
  return (
    <SignInFrame title={t('resetTitle')} text={t('resetText')}>
      <form onSubmit={submit} className="os-fields">
        <TextInput
          label={t('email')}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          required
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {asking.error !== null && <Problem what={text(asking.error)} />}
        <Button type="submit" size="md" loading={asking.isPending}>
          {t('send')}
        </Button>
        {back}
      </form>
    </SignInFrame>
  );
}
