import { Anchor, Button, Divider, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import {
  getWaysIn,
  signIn,
  signInWithPasskey,
  startCompanySignIn,
  startPasskeySignIn,
  type SecondFactorNeeded,
} from '../../client/own-account.ts';
import { Problem } from '../../kit/problem.tsx';
import { useProblemText } from '../shared/problem-view.tsx';
import { Forgotten } from './forgotten.tsx';
import { SignInFrame } from './frame.tsx';
import { askPasskey, hasPasskeys } from './passkey.ts';
import { SecondFactor } from './second-factor.tsx';
import { useEntering } from './use-entering.ts';

/** The way in. After it one stands where one wanted to go. */
export function SignIn({ notice }: { notice?: string }) {
  const [email, setEmail] = useState('');
  const [second, setSecond] = useState<SecondFactorNeeded>();
  const [isForgotten, setForgotten] = useState(false);
  if (second !== undefined) return <SecondFactor needed={second} onBack={() => setSecond(undefined)} />;
  if (isForgotten) return <Forgotten email={email} onBack={() => setForgotten(false)} />;
  return (
    <Credentials
      notice={notice}
      email={email}
      onEmail={setEmail}
      onSecond={setSecond}
      onForgotten={() => setForgotten(true)}
    />
  );
}

function Credentials({
  notice,
  email,
  onEmail,
  onSecond,
  onForgotten,
}: {
  notice: string | undefined;
  email: string;
  onEmail: (email: string) => void;
  onSecond: (needed: SecondFactorNeeded) => void;
  onForgotten: () => void;
}) {
  const t = useTranslations('signIn');
  const text = useProblemText();
  const [password, setPassword] = useState('');
  const ways = useQuery({ queryKey: ['waysIn'], queryFn: getWaysIn, staleTime: Infinity }).data;
  const entering = useEntering(() => signIn({ email: email.trim(), password }), onSecond);
  const byPasskey = useEntering(async () => signInWithPasskey(await askPasskey(await startPasskeySignIn())));
  const byCompany = useMutation({
    mutationFn: startCompanySignIn,
    onSuccess: ({ url }) => window.location.assign(url),
  });
  const problem = entering.error ?? byPasskey.error ?? byCompany.error;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    byPasskey.reset();
    entering.mutate(undefined);
  };
  const company = ways?.company ?? null;
  return (
    <SignInFrame title={t('title')} text={notice ?? t('text')}>
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
          onChange={(event) => onEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('password')}
          name="password"
          autoComplete="current-password"
          required
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0, 'aria-hidden': false }}
        />
        {problem !== null && <Problem what={text(problem)} />}
        <Button type="submit" size="md" loading={entering.isPending}>
          {t('enter')}
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={onForgotten} style={{ justifySelf: 'start' }}>
          {t('forgotten')}
        </Anchor>
      </form>
      {(hasPasskeys() || company !== null) && <Divider label={t('or')} />}
      {hasPasskeys() && (
        <Button
          variant="default"
          size="md"
          leftSection={<KeyRound size={18} aria-hidden="true" />}
          loading={byPasskey.isPending}
          onClick={() => byPasskey.mutate(undefined)}
        >
          {t('passkey')}
        </Button>
      )}
      {company !== null && (
        <Button variant="default" size="md" loading={byCompany.isPending} onClick={() => byCompany.mutate()}>
          {t('company', { name: company.name ?? t('companyAccount') })}
        </Button>
      )}
    </SignInFrame>
  );
}
