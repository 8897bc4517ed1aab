import { NumberInput, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { explainPrice, listCustomerGroups, listSetPrices } from '../../client/prices.ts';
import type { ExplainedPrice } from '../../client/prices.ts';
import type { FoundSku } from '../../client/types.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Card, Pill } from '../../kit/stat-tile.tsx';
import { Price } from '../shared/price.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useOpenChannels } from '../shared/reference.ts';
import { SkuSearch } from '../shared/sku-search.tsx';
import { Ceilings } from './ceilings.tsx';
import { PricesHead } from './head.tsx';

/** What a SKU costs for whom, why it is that price, and which ones were before it and will be after. */
export function WhyPrice() {
  const t = useTranslations('prices.why');
  const channels = useOpenChannels();
  const groups = useQuery({ queryKey: ['prices', 'groups'], queryFn: listCustomerGroups }).data ?? [];
  const [sku, setSku] = useState<FoundSku>();
  const [chosen, setChosen] = useState<string | null>(null);
  const [group, setGroup] = useState<string | null>(null);
  const [quantity, setQuantity] = useState<number | string>(1);
  const channel = chosen ?? channels[0]?.id ?? '';
  return (
    <>
      <PricesHead at="why" />
      <div className="os-stack">
        <div className="os-fields-2">
          <SkuSearch label={t('sku')} onPick={setSku} />
          <Select
            label={t('channel')}
            data={channels.map(({ id, name }) => ({ value: id, label: name }))}
            value={channel}
            allowDeselect={false}
            onChange={setChosen}
          />
          <Select
            label={t('group')}
            placeholder={t('nobody')}
            data={groups.map(({ id, name }) => ({ value: id, label: name }))}
            value={group}
            clearable
            onChange={setGroup}
          />
          <NumberInput label={t('quantity')} value={quantity} min={1} allowDecimal={false} onChange={setQuantity} />
        </div>
        {sku === undefined ? (
          <EmptyState title={t('choose')} text={t('chooseText')} />
        ) : (
          <Found
            sku={sku}
            asked={{ sku: sku.id, channel, group: group ?? undefined, quantity: Math.max(1, Number(quantity)) }}
          />
        )}
      </div>
    </>
  );
}

function Found({ sku, asked }: { sku: FoundSku; asked: Parameters<typeof explainPrice>[0] }) {
  const t = useTranslations('prices.why');
  const channels = useChannels();
  const found = useQuery({
    queryKey: ['prices', 'why', asked],
    queryFn: ({ signal }) => explainPrice(asked, signal),
    enabled: asked.channel !== '',
  });
  const history = useQuery({
    queryKey: ['prices', 'of', asked.sku],
    queryFn: ({ signal }) => listSetPrices(asked.sku, signal),
  });
  return (
    <div className="os-split">
      <DataList
        label={t('history')}
        rows={history.data}
        rowKey={(price) => `${price.channelId} ${price.currency} ${price.validFrom}`}
        error={history.error === null ? undefined : <ProblemView problem={history.error} while="reading" />}
        empty={<EmptyState title={t('noPrice')} text={t('chooseText')} />}
        columns={[
          { key: 'from', header: t('from'), cell: ({ validFrom }) => <Instant value={validFrom} /> },
          {
            key: 'channel',
            header: t('channel'),
            cell: ({ channelId }) => channels.find(({ id }) => id === channelId)?.name ?? '',
          },
          {
            key: 'price',
            header: t('price'),
            numeric: true,
            phone: 'corner',
            cell: (price) => <Price price={price} />,
            live: ({ amount }) => amount,
          },
          {
            key: 'state',
            header: t('now'),
            cell: ({ inForce, markdown }) => (
              <span className="os-row">
                {inForce && <Pill tone="good">{t('now')}</Pill>}
                {markdown && <Pill tone="warn">{t('reduced')}</Pill>}
              </span>
            ),
          },
        ]}
      />
      <div className="os-stack">
        <Card title={`${sku.name} · ${sku.code}`}>
          {found.error !== null && <ProblemView problem={found.error} while="reading" />}
          {found.data !== undefined && <Because found={found.data} />}
        </Card>
        <Ceilings key={sku.id} skuId={sku.id} />
      </div>
    </div>
  );
}

/** The price, its reasons, and what the law asks to be shown with it. */
function Because({ found }: { found: ExplainedPrice }) {
  const t = useTranslations('prices.why');
  const { price, currency, why, prior } = found;
  const shown = (numbers: { amount: number; scale: number; per: number }) => ({ ...numbers, currency });
  return (
    <div className="os-stack">
      <p className="os-price-figure">{price === null ? t('noPrice') : <Price price={shown(price)} />}</p>
      {prior !== null && (
        <p>
          {t('lowest')}: <Price price={shown(prior.lowest)} />
          <br />
          <span className="os-soft">{t('lawful')}</span>
        </p>
      )}
      <h3>{t('because')}</h3>
      <ul className="os-reasons" aria-label={t('because')}>
        {why.map((one, index) => {
          const key = `reasons.${one.reason}` as 'reasons.base';
          return (
            // Reasons have no names of their own and never change places.
            <li key={index}>
              <span className="os-grow">
                {one.name !== '' && <strong>{one.name}</strong>}{' '}
                <span className={one.took ? undefined : 'os-soft'}>{t(key, { count: one.minQuantity ?? 1 })}</span>
              </span>
              {one.price !== null && <Price price={shown(one.price)} />}
              {one.took && <Pill tone="good">{t('taken')}</Pill>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
