import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import {
  addPasskey,
  removePasskey,
  renamePasskey,
  startPasskey,
  type OwnAccount,
  type Passkey,
} from '../../client/own-account.ts';
import { Instant } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { hasPasskeys, makePasskey } from '../sign-in/passkey.ts';
import { useChange } from './use-change.ts';

/** Passkeys: several, each with a name, each removed by itself. */
export function Passkeys({ account }: { account: OwnAccount }) {
  const t = useTranslations('account');
  const [named, setNamed] = useState<Passkey | 'new'>();
  const removing = useChange(removePasskey, { onDone: () => toast(t('passkeyRemoved')) });
  return (
    <Card title={t('passkeysTitle')}>
      <div className="os-fields">
        <p className="os-soft">{t('passkeysText')}</p>
        {account.passkeys.length === 0 ? (
          <p>{t('noPasskeys')}</p>
        ) : (
          <ul className="os-ways" aria-label={t('passkeysTitle')}>
            {account.passkeys.map((passkey) => (
              <li key={passkey.id}>
                <div className="os-grow">
                  <strong>{passkey.name}</strong>
                  <p className="os-soft">
                    {passkey.site} ·{' '}
                    {passkey.lastUsedAt === null ? (
                      t('neverUsed')
                    ) : (
                      <>
                        {t('lastUsed')} <Instant value={passkey.lastUsedAt} />
                      </>
                    )}
                  </p>
                </div>
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={t('renameNamed', { name: passkey.name })}
                  onClick={() => setNamed(passkey)}
                >
                  {t('rename')}
                </Button>
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={t('removeNamed', { name: passkey.name })}
                  onClick={() => removing.mutate(passkey.id)}
                >
                  {t('remove')}
                </Button>
              </li>
            ))}
          </ul>
        )}
        {removing.error !== null && <ProblemView problem={removing.error} while="acting" />}
        <div className="os-row">
          <ReasonButton reason={hasPasskeys() ? undefined : t('passkeyUnsupported')} onClick={() => setNamed('new')}>
            {t('addPasskey')}
          </ReasonButton>
        </div>
      </div>
      {named !== undefined && <Name which={named} onClose={() => setNamed(undefined)} />}
    </Card>
  );
}

function Name({ which, onClose }: { which: Passkey | 'new'; onClose: () => void }) {
  const t = useTranslations('account');
  const isNew = which === 'new';
  const [name, setName] = useState(isNew ? t('passkeyDefault') : which.name);
  const saving = useChange(
    async () => {
      if (isNew) return addPasskey({ ...(await makePasskey(await startPasskey())), name: name.trim() });
      await renamePasskey(which.id, name.trim());
      return undefined;
    },
    {
      sessionOf: (session) => session,
      onDone() {
        if (isNew) toast(t('passkeyAdded'));
        onClose();
      },
    },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    saving.mutate(undefined);
  };
  return (
    <Modal opened onClose={onClose} title={isNew ? t('addPasskey') : t('rename')} withCloseButton={false}>
      <form className="os-fields" onSubmit={submit}>
        <TextInput
          label={t('passkeyName')}
          required
          maxLength={60}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {saving.error !== null && <ProblemView problem={saving.error} while="acting" />}
        <div className="os-row">
          <Button type="submit" loading={saving.isPending}>
            {isNew ? t('addPasskey') : t('save')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
