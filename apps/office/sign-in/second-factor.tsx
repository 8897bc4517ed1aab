import { Anchor, Button, TextInput } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import {
  signInWithCode,
  signInWithPasskey,
  startPasskeySignIn,
  type SecondFactorNeeded,
} from '../../client/own-account.ts';
import { Problem } from '../../kit/problem.tsx';
import { useProblemText } from '../shared/problem-view.tsx';
import { SignInFrame } from './frame.tsx';
import { askPasskey, hasPasskeys } from './passkey.ts';
import { useEntering } from './use-entering.ts';

/** The second half of a sign-in: a code, a recovery code, or a passkey instead of both halves. */
export function SecondFactor({ needed, onBack }: { needed: SecondFactorNeeded; onBack: () => void }) {
  const t = useTranslations('signIn');
  const text = useProblemText();
  const [code, setCode] = useState('');
  const entering = useEntering(() => signInWithCode({ ticket: needed.ticket, code }));
  const byPasskey = useEntering(async () => signInWithPasskey(await askPasskey(await startPasskeySignIn())));
  const takesCode = needed.methods.includes('code');
  const problem = entering.error ?? byPasskey.error;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    entering.mutate(undefined);
  };
  return (
    <SignInFrame title={t('second')} text={takesCode ? t('secondText') : t('secondPasskeyText')}>
      <form onSubmit={submit} className="os-fields">
        {takesCode && (
          <TextInput
            label={t('code')}
            name="code"
            autoComplete="one-time-code"
            autoFocus
            required
            minLength={6}
            maxLength={40}
            size="md"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        {problem !== null && <Problem what={text(problem)} />}
        {takesCode && (
          <Button type="submit" size="md" loading={entering.isPending}>
            {t('finish')}
          </Button>
        )}
        {needed.methods.includes('passkey') && hasPasskeys() && (
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
        <Anchor component="button" type="button" size="sm" onClick={onBack} style={{ justifySelf: 'start' }}>
          {t('back')}
        </Anchor>
      </form>
    </SignInFrame>
  );
}
