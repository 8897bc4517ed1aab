import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { signIn } from '../../client/api.ts';
import type { ApiProblem } from '../../client/problem.ts';
import { BrandMark } from '../../kit/app-frame.tsx';
import { Problem } from '../../kit/problem.tsx';
import { useProblemText } from '../shared/problem-view.tsx';

/** The way in. After it one stands where one wanted to go. */
export function SignIn() {
  const t = useTranslations('signIn');
  const text = useProblemText();
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const entering = useMutation<Awaited<ReturnType<typeof signIn>>, ApiProblem>({
    mutationFn: () => signIn({ email: email.trim(), password }),
    onSuccess: (session) => client.setQueryData(['session'], session),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <div className="os-signin">
      <main>
        <BrandMark name="Oneshelf" />
        <h1>{t('title')}</h1>
        <p className="os-soft">{t('text')}</p>
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
          {entering.error !== null && <Problem what={text(entering.error)} />}
          <Button type="submit" size="md" loading={entering.isPending}>
            {t('enter')}
          </Button>
        </form>
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
