import { FileInput, Progress, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  checkImport,
  createImport,
  sendFile,
  type ImportFormat,
  type ImportKind,
  type ImportSettings,
} from '../../client/imports.ts';
import { newIntent } from '../../client/http.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenChannels, useOpenLocations } from '../shared/reference.ts';

const KINDS = [
  'products',
  'customers',
  'stock',
  'prices',
  'opening_balances',
  'comparison',
] as const satisfies readonly ImportKind[];
const FORMATS = ['shopify', 'woocommerce', 'magento', 'oneshelf'] as const satisfies readonly ImportFormat[];

/** Chooses what comes from where, sends the file, and has it checked. */
export function NewImport() {
  const t = useTranslations('imports');
  const router = useRouter();
  // Whoever sends somebody here says what for.
  const [{ kind: wanted }] = useFilters<{ kind?: string }>();
  const [kind, setKind] = useState<ImportKind>(KINDS.find((one) => one === wanted) ?? 'products');
  const [format, setFormat] = useState<ImportFormat>('shopify');
  const [file, setFile] = useState<File | null>(null);
  const [pictures, setPictures] = useState<File | null>(null);
  const [settings, setSettings] = useState<ImportSettings>({});
  const [share, setShare] = useState(0);
  // Sending once more after a lost answer goes on with the import that was begun.
  const begun = useRef<{ of: File; id: string } | undefined>(undefined);
  const sending = useMutation({
    mutationFn: async (chosen: File) => {
      if (begun.current?.of !== chosen) {
        const wish = { kind, format: kind === 'products' ? format : 'oneshelf', fileName: chosen.name } as const;
        begun.current = { of: chosen, id: (await createImport(wish, newIntent())).id };
      }
      const { id } = begun.current;
      if (pictures !== null && kind === 'products')
        await sendFile({ id, file: pictures, of: 'pictures' }, () => undefined);
      await sendFile({ id, file: chosen, of: 'file' }, setShare);
      await checkImport({ id, settings }, newIntent());
      return id;
    },
    onSuccess: (id) => router.history.push(`/imports/${id}`),
  });
  const percent = Math.round(share * 100);
  return (
    <>
      <PageHead title={t('create')} back={{ href: '/imports', label: t('back') }} />
      <Card title={t('choose')}>
        <div className="os-fields">
          <Select
            label={t('kind')}
            data={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
            value={kind}
            allowDeselect={false}
            onChange={(value) => setKind(value ?? 'products')}
          />
          {kind === 'comparison' && <p className="os-soft">{t('comparisonText')}</p>}
          {kind === 'products' && (
            <Select
              label={t('from')}
              data={FORMATS.map((value) => ({ value, label: t(`formats.${value}`) }))}
              value={format}
              allowDeselect={false}
              onChange={(value) => setFormat(value ?? 'shopify')}
            />
          )}
          <Places kind={kind} settings={settings} change={setSettings} />
          <div
            className="os-drop"
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              setFile(event.dataTransfer.files[0] ?? null);
            }}
          >
            <FileInput
              label={t('drop')}
              description={t('dropHint')}
              placeholder={t('drop')}
              accept=".csv,.tsv,.txt,.xlsx"
              value={file}
              onChange={setFile}
            />
          </div>
          {kind === 'products' && (
            <FileInput label={t('pictures')} accept=".zip" value={pictures} onChange={setPictures} clearable />
          )}
          {sending.isPending && (
            <div role="status">
              <span>{t('sending', { percent })}</span>
              <Progress value={percent} aria-label={t('sending', { percent })} />
            </div>
          )}
          {sending.error !== null && <ProblemView problem={sending.error} while="acting" />}
          <ReasonButton
            reason={file === null ? t('needsFile') : undefined}
            loading={sending.isPending}
            onClick={() => file !== null && sending.mutate(file)}
          >
            {t('start')}
          </ReasonButton>
        </div>
      </Card>
    </>
  );
}

function Places({
  kind,
  settings,
  change,
}: {
  kind: ImportKind;
  settings: ImportSettings;
  change: (to: ImportSettings) => void;
}) {
  const t = useTranslations('imports');
  const [channels, locations] = [useOpenChannels(), useOpenLocations()];
  const options = (rows: readonly { id: string; name: string }[]) =>
    rows.map(({ id, name }) => ({ value: id, label: name }));
  const { channelId, locationId, ...rest } = settings;
  return (
    <>
      {(kind === 'products' || kind === 'prices' || kind === 'comparison') && (
        <Select
          label={t('channel')}
          description={t(kind === 'comparison' ? 'comparedChannelHint' : 'channelHint')}
          placeholder={t('nobody')}
          data={options(channels)}
          value={channelId ?? null}
          clearable
          onChange={(value) =>
            change({
              ...rest,
              ...(locationId === undefined ? {} : { locationId }),
              ...(value === null ? {} : { channelId: value }),
            })
          }
        />
      )}
      {(kind === 'products' || kind === 'stock' || kind === 'comparison') && (
        <Select
          label={t('location')}
          description={t(kind === 'comparison' ? 'comparedLocationHint' : 'locationHint')}
          placeholder={t('nobody')}
          data={options(locations)}
          value={locationId ?? null}
          clearable
          onChange={(value) =>
            change({
              ...rest,
              ...(channelId === undefined ? {} : { channelId }),
              ...(value === null ? {} : { locationId: value }),
            })
          }
        />
      )}
      {kind === 'stock' && (
        <Select
          label={t('stockIs')}
          data={(['opening', 'count'] as const).map((value) => ({ value, label: t(value) }))}
          value={settings.stock ?? 'opening'}
          allowDeselect={false}
          onChange={(value) => change({ ...settings, stock: value === 'count' ? 'count' : 'opening' })}
        />
      )}
    </>
  );
}
