import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { listPromotionHistory } from '../../client/promotions.ts';
import { Instant } from '../../kit/numbers.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { EventName } from '../shared/event-name.tsx';

/** What was done to a promotion, the newest first. */
export function History({ promotionId, version }: { promotionId: string; version: number }) {
  const t = useTranslations('promotions');
  const found = useQuery({
    queryKey: ['promotions', promotionId, 'history', version],
    queryFn: () => listPromotionHistory(promotionId),
  });
  return (
    <Card title={t('history')}>
      <ul className="os-list">
        {(found.data ?? []).toReversed().map((one) => (
          <li key={one.number}>
            <Instant value={one.at} /> · <EventName type={one.type} />
            {one.actorName !== null && ` · ${one.actorName}`}
            {one.type === 'PromotionChanged' && one.changed.length > 0 && (
              <>
                {' · '}
                {t('changedParts')}: {one.changed.map((part) => t(`parts.${part as 'name'}`)).join(', ')}
              </>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
