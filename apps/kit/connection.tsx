import { Tooltip } from '@mantine/core';
import { useTranslations } from 'use-intl';

/** Whether changes of the world reach this screen. */
export type ConnectionState = 'opening' | 'live' | 'lost';

/** A quiet badge: live, or since when not and what still works. */
export function Connection({ state }: { state: ConnectionState }) {
  const t = useTranslations('kit');
  const text = { opening: t('connecting'), live: t('live'), lost: t('lost') }[state];
  const more = { opening: t('connecting'), live: t('liveMeans'), lost: t('lostMeans') }[state];
  return (
    <Tooltip label={more} multiline maw={260} withArrow events={{ hover: true, focus: true, touch: true }}>
      <output className="os-live" data-state={state} aria-label={state === 'lost' ? `${text}. ${more}` : text}>
        {text}
      </output>
    </Tooltip>
  );
}
