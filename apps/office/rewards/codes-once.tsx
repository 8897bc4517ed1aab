import { Button, CopyButton, Textarea } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { showGiftCardCode } from '../../../src/rewards/gift-card-code.ts';

/** Codes of new gift cards, which are told this once: to be copied or printed before going on. */
export function CodesOnce({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const t = useTranslations('rewards');
  const shown = codes.map(showGiftCardCode).join('\n');
  return (
    <div className="os-fields">
      <p>{t('codesText')}</p>
      <Textarea
        label={t('code')}
        readOnly
        rows={Math.min(12, codes.length + 1)}
        value={shown}
        styles={{ input: { fontFamily: 'ui-monospace, monospace' } }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton value={shown}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {t(copied ? 'copied' : 'copy')}
          </Button>
        )}
      </CopyButton>
      <Button onClick={onDone}>{t('done')}</Button>
    </div>
  );
}
