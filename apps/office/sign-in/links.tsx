import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import {
  acceptInvitation,
  lookAtInvitation,
  resetPassword,
  signInWithCompany,
  type SecondFactorNeeded,
} from '../../client/own-account.ts';
import { Problem } from '../../kit/problem.tsx';
import { useProblemText } from '../shared/problem-view.tsx';
import { SignInFrame } from './frame.tsx';
import { SecondFactor } from './second-factor.tsx';
import { SignIn } from './sign-in.tsx';
import { useEntering } from './use-entering.ts';

/** What the address carried, read once and taken out of it, so that it stays neither in the history nor on a shared screen. */
function useTaken(read: () => string): string {
  const [taken] = useState(read);
  useEffect(() => window.history.replaceState(window.history.state, '', window.location.pathname), []);
  return taken;
}

const fragment = (): string => window.location.hash.slice(1);

/** Where the link of an invitation leads. */
export function AcceptInvitation() {
  const t = useTranslations('signIn');
  const text = useProblemText();
  const router = useRouter();
  const token = useTaken(fragment);
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => lookAtInvitation(token),
    retry: false,
  });
  const [name, setName] = useState<string>();
  const [second, setSecond] = useState<SecondFactorNeeded>();
  const [password, setPassword] = useState('');
  const shownName = name ?? invitation.data?.name ?? '';
  const entering = useEntering(() => acceptInvitation({ token, name: shownName.trim(), password }), setSecond);
  if (second !== undefined) return <SecondFactor needed={second} onBack={() => router.history.replace('/')} />;
  if (invitation.data === undefined) return <Gone problem={invitation.error} />;
  return (
    <SignInFrame
      title={t('invitedTitle', { name: invitation.data.name })}
      text={t('invitedText', { email: invitation.data.email })}
    >
      <PasswordForm
        email={invitation.data.email}
        password={password}
        onPassword={setPassword}
        problem={entering.error === null ? undefined : text(entering.error)}
        button={t('accept')}
        isPending={entering.isPending}
        onSubmit={() => entering.mutate(undefined)}
      >
        <TextInput
          label={t('name')}
          name="name"
          autoComplete="name"
          required
          maxLength={100}
          size="md"
          value={shownName}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </PasswordForm>
    </SignInFrame>
  );
}

/** Where the link of a forgotten password leads. */
export function NewPassword() {
  const t = useTranslations('signIn');
  const text = useProblemText();
  const token = useTaken(fragment);
  const [password, setPassword] = useState('');
  const setting = useMutation({ mutationFn: () => resetPassword({ token, password }) });
  if (setting.isSuccess) return <SignIn notice={t('chosen')} />;
  return (
    <SignInFrame title={t('chooseTitle')}>
      <PasswordForm
        email=""
        password={password}
        onPassword={setPassword}
        problem={setting.error === null ? undefined : text(setting.error)}
        button={t('choose')}
        isPending={setting.isPending}
        onSubmit={() => setting.mutate()}
      />
    </SignInFrame>
  );
}

/** Where the company's provider sends the browser back to. */
export function CompanyReturn() {
  const t = useTranslations('signIn');
  const router = useRouter();
  const query = useTaken(() => window.location.search);
  const [second, setSecond] = useState<SecondFactorNeeded>();
  const { mutate, error } = useEntering(() => signInWithCompany(query), setSecond);
  const isBegun = useRef(false);
  useEffect(() => {
    // The answer of the provider works once.
    if (isBegun.current) return;
    isBegun.current = true;
    mutate(undefined);
  }, [mutate]);
  if (second !== undefined) return <SecondFactor needed={second} onBack={() => router.history.replace('/')} />;
  return error === null ? <SignInFrame title={t('entering')} /> : <Gone problem={error} />;
}

function Gone({ problem }: { problem: Error | null }) {
  const t = useTranslations('signIn');
  const text = useProblemText();
  if (problem === null) return null;
  return (
    <SignInFrame title={t('title')}>
      <Problem what={text(problem)} />
      <Button component="a" href="/" variant="default" size="md">
        {t('back')}
      </Button>
    </SignInFrame>
  );
}

function PasswordForm({
  email,
  password,
  onPassword,
  problem,
  button,
  isPending,
  onSubmit,
  children,
}: {
  email: string;
  password: string;
  onPassword: (password: string) => void;
  problem: string | undefined;
  button: string;
  isPending: boolean;
  onSubmit: () => void;
  children?: ReactNode;
}) {
  const t = useTranslations('signIn');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit} className="os-fields">
      {/* So that a password manager knows whose password it keeps. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      {children}
      <PasswordInput
        label={t('newPassword')}
        description={t('passwordHint')}
        name="password"
        autoComplete="new-password"
        required
        size="md"
        value={password}
        onChange={(event) => onPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0, 'aria-hidden': false }}
      />
      {problem !== undefined && <Problem what={problem} />}
      <Button type="submit" size="md" loading={isPending}>
        {button}
      </Button>
    </form>
  );
}
