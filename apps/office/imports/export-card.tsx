import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { fetchFile } from '../../client/imports.ts';
import { Card } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { ProblemView } from '../shared/problem-view.tsx';

const KINDS = [
  'products',
  'prices',
  'stock',
  'stock_value',
  'customers',
  'orders',
  'order_lines',
  'payments',
  'journal',
  'accounts',
  'locations',
] as const;

/** Everything to take along: one archive, or a CSV file per kind. */
export function ExportCard() {
  const t = useTranslations('imports');
  const [bytes, setBytes] = useState(0);
  const exporting = useMutation({
    mutationFn: () => fetchFile('/exports/archive', setBytes),
    onSuccess: (file) => {
      const url = URL.createObjectURL(file);
      const link = Object.assign(document.createElement('a'), { href: url, download: 'oneshelf.tar.gz' });
      document.body.append(link);
      link.click();
      link.remove();
      // The browser takes it in its own time.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      toast(t('exportDone'));
    },
    onSettled: () => setBytes(0),
  });
  return (
    <Card title={t('exportTitle')}>
      <div className="os-stack">
        <p>{t('exportText')}</p>
        <Button
          leftSection={<Download size={16} aria-hidden="true" />}
          variant="default"
          loading={exporting.isPending}
          onClick={() => exporting.mutate()}
        >
          {t('exportAll')}
        </Button>
        <p role="status">{exporting.isPending ? t('exporting', { size: (bytes / 2 ** 20).toFixed(1) }) : ''}</p>
        {exporting.error !== null && <ProblemView problem={exporting.error} while="reading" />}
        <h3>{t('csv')}</h3>
        <ul className="os-links">
          {KINDS.map((kind) => (
            <li key={kind}>
              <a href={`/api/v1/exports/csv/${kind}`} download={`${kind}.csv`}>
                {t(`exportKinds.${kind}`)}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
