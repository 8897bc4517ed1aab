import { Button, CopyButton, Modal, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { Instant } from '../../kit/numbers.tsx';

/** A secret to take along now. */
export type NewSecret = { readonly secret: string | null; readonly oldUntil: string | null };

/** Shows a secret once; closed by saying that one has it. */
export function SecretOnce({ shown, onDone }: { shown: NewSecret | undefined; onDone: () => void }) {
  const t = useTranslations('webhooks');
  return (
    <Modal
      opened={shown !== undefined}
      onClose={onDone}
      title={t('secret')}
      size="lg"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <div className="os-fields">
        {shown?.secret === null ? (
          <p>{t('secretLost')}</p>
        ) : (
          <>
            <p>{t('secretText')}</p>
            <TextInput
              label={t('secret')}
              readOnly
              value={shown?.secret ?? ''}
              styles={{ input: { fontFamily: 'ui-monospace, monospace' } }}
              onFocus={(event) => event.currentTarget.select()}
            />
          </>
        )}
        {shown !== undefined && shown.oldUntil !== null && (
          <p className="os-soft">
            {t('oldUntil')} <Instant value={shown.oldUntil} />
          </p>
        )}
        <div className="os-row" style={{ justifyContent: 'flex-end' }}>
          {shown !== undefined && shown.secret !== null && (
            <CopyButton value={shown.secret}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? t('copied') : t('copy')}
                </Button>
              )}
            </CopyButton>
          )}
          <Button onClick={onDone}>{t('done')}</Button>
        </div>
      </div>
    </Modal>
  );
}
