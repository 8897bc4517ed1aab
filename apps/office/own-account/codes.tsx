import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { makeRecoveryCodes, startCodes, turnOffCodes, turnOnCodes, type OwnAccount } from '../../client/own-account.ts';
import type { Session } from '../../client/types.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChange } from './use-change.ts';

type Shown = { readonly codes: readonly string[]; readonly session?: Session };

/** Codes of an authenticator app: turned on with the first one, off again, and recovery codes for when the phone is gone. */
export function Codes({ account }: { account: OwnAccount }) {
  const t = useTranslations('account');
  const client = useQueryClient();
  const [shown, setShown] = useState<Shown>();
  const starting = useChange(startCodes);
  const turningOff = useChange(turnOffCodes, { onDone: () => toast(t('turnedOff')) });
  const making = useChange(makeRecoveryCodes, { onDone: ({ recoveryCodes }) => setShown({ codes: recoveryCodes }) });
  const kept = account.needsSecondFactor && account.passkeys.length === 0 ? t('roleNeeds') : undefined;
  const problem = starting.error ?? turningOff.error ?? making.error;
  // The new session is taken up only now: it would take away the page that shows the codes.
  const close = (): void => {
    if (shown?.session !== undefined) client.setQueryData(['session'], shown.session);
    setShown(undefined);
  };
  if (shown !== undefined) return <RecoveryCodes codes={shown.codes} onKept={close} />;
  return (
    <Card title={t('codesTitle')} side={account.hasCodes && <Pill tone="good">{t('codesOnPill')}</Pill>}>
      <div className="os-fields">
        <p className="os-soft">
          {account.hasCodes
            ? `${t('codesOn')} ${t('recoveryLeft', { count: account.recoveryCodesLeft })}`
            : t('codesOff')}
        </p>
        {problem !== null && <ProblemView problem={problem} while="acting" />}
        {!account.hasCodes && starting.data !== undefined && (
          <FirstCode
            picture={starting.data.picture}
            seed={starting.data.seed}
            onDone={({ recoveryCodes, session }) => {
              starting.reset();
              setShown({ codes: recoveryCodes, session });
            }}
          />
        )}
        {account.hasCodes ? (
          <div className="os-row">
            <Button variant="default" loading={making.isPending} onClick={() => making.mutate(undefined)}>
              {t('newRecovery')}
            </Button>
            <ReasonButton
              variant="default"
              reason={kept}
              loading={turningOff.isPending}
              onClick={() => turningOff.mutate(undefined)}
            >
              {t('turnOff')}
            </ReasonButton>
          </div>
        ) : (
          starting.data === undefined && (
            <div className="os-row">
              <Button loading={starting.isPending} onClick={() => starting.mutate(undefined)}>
                {t('turnOn')}
              </Button>
            </div>
          )
        )}
      </div>
    </Card>
  );
}

/** Shown once. Instead of everything else of the card, so that nobody overlooks them. */
function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const t = useTranslations('account');
  return (
    <Card title={t('recoveryTitle')}>
      <div className="os-fields">
        <p>{t('recoveryText')}</p>
        <ul className="os-codes" aria-label={t('recoveryTitle')}>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <div className="os-row">
          <Button
            variant="default"
            onClick={() => void navigator.clipboard.writeText(codes.join('\n')).then(() => toast(t('copied')))}
          >
            {t('copy')}
          </Button>
          <Button onClick={onKept}>{t('recoveryKept')}</Button>
        </div>
      </div>
    </Card>
  );
}

function FirstCode({
  picture,
  seed,
  onDone,
}: {
  picture: string;
  seed: string;
  onDone: (answer: Awaited<ReturnType<typeof turnOnCodes>>) => void;
}) {
  const t = useTranslations('account');
  const [code, setCode] = useState('');
  const turningOn = useChange(() => turnOnCodes(code), { onDone });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    turningOn.mutate(undefined);
  };
  return (
    <form className="os-fields" onSubmit={submit}>
      <p>{t('scan')}</p>
      <img className="os-qr" src={picture} alt={t('picture')} width={200} height={200} />
      <p className="os-soft">
        {t('typeSeed')} <code className="os-seed">{seed.match(/.{4}/g)?.join(' ')}</code>
      </p>
      <TextInput
        label={t('firstCode')}
        autoComplete="one-time-code"
        inputMode="numeric"
        required
        maxLength={7}
        maw={200}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {turningOn.error !== null && <ProblemView problem={turningOn.error} while="acting" />}
      <div className="os-row">
        <Button type="submit" loading={turningOn.isPending}>
          {t('turnOn')}
        </Button>
      </div>
    </form>
  );
}
