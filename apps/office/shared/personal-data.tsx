import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, Eraser } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Intent } from '../../client/http.ts';
import {
  erase,
  findErasure,
  previewErasure,
  takePersonalData,
  type ErasureReceipt,
  type PersonKind,
} from '../../client/privacy.ts';
import { Day } from '../../kit/numbers.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from './act.ts';
import { ProblemView } from './problem-view.tsx';

/** What somebody may ask of us about their data: a copy of all of it, and to be forgotten, with a receipt that is seen before. */
export function PersonalData({ kind, id, touches }: { kind: PersonKind; id: string; touches: readonly string[] }) {
  const t = useTranslations('privacy');
  const [asking, setAsking] = useState(false);
  const receipt = useQuery({ queryKey: ['erasures', id], queryFn: () => findErasure(kind, id), retry: false });
  const taking = useAct((_: string, intent: Intent) => takePersonalData(kind, id, intent), {
    touches: ['audit'],
    onDone: (file) => {
      save(file, `${id}.zip`);
      toast(t('taken'));
    },
  });
  // Who may not do this is not shown it: the page is about something else.
  if (receipt.data === undefined) return null;
  return (
    <Card title={t('title')}>
      <div className="os-fields">
        <p className="os-soft">{t('text')}</p>
        {receipt.data !== null && <Receipt receipt={receipt.data} done />}
        {taking.error !== null && <ProblemView problem={taking.error} while="acting" />}
        <div className="os-row">
          <Button
            variant="default"
            leftSection={<Download size={16} aria-hidden="true" />}
            loading={taking.isPending}
            onClick={() => taking.mutate(id)}
          >
            {t('take')}
          </Button>
          {receipt.data === null && (
            <Button
              variant="default"
              leftSection={<Eraser size={16} aria-hidden="true" />}
              onClick={() => setAsking(true)}
            >
              {t('erase')}
            </Button>
          )}
        </div>
      </div>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('eraseTitle')}
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        {asking && <Erase kind={kind} id={id} touches={touches} onClose={() => setAsking(false)} />}
      </Modal>
    </Card>
  );
}

function Erase({
  kind,
  id,
  touches,
  onClose,
}: {
  kind: PersonKind;
  id: string;
  touches: readonly string[];
  onClose: () => void;
}) {
  const t = useTranslations('privacy');
  const preview = useQuery({
    queryKey: ['erasure-preview', id],
    queryFn: () => previewErasure(kind, id),
    gcTime: 0,
    retry: false,
  });
  const erasing = useAct((_: string, intent: Intent) => erase(kind, id, intent), {
    touches: [...touches, 'erasures'],
    onDone: () => {
      toast(t('erased'));
      onClose();
    },
  });
  const problem = preview.error ?? erasing.error;
  return (
    <div className="os-fields">
      <p>{t('eraseText')}</p>
      {preview.isPending && <p role="status">{t('waiting')}</p>}
      {preview.data !== undefined && <Receipt receipt={preview.data} />}
      {problem !== null && <ProblemView problem={problem} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button
          color="red"
          disabled={preview.data === undefined}
          loading={erasing.isPending}
          onClick={() => erasing.mutate(id)}
        >
          {t('sure')}
        </Button>
      </div>
    </div>
  );
}

/** What was or will be deleted, what stays until when and by which law, and what stays for ever without a name. */
function Receipt({ receipt, done = false }: { receipt: ErasureReceipt; done?: boolean }) {
  const t = useTranslations('privacy');
  const what = (name: string): string => {
    const key = `whats.${name}` as 'whats.cards';
    return t.has(key) ? t(key) : name.replaceAll('_', ' ');
  };
  return (
    <section aria-label={t('receipt')}>
      {done && <p>{t.rich('receiptOf', { day: () => <Day value={receipt.erasedAt.slice(0, 10)} /> })}</p>}
      <dl className="os-facts">
        {receipt.deleted.length > 0 && (
          <>
            <dt>{t('deleted')}</dt>
            <dd>{receipt.deleted.map(({ what: name, count }) => `${what(name)} (${count})`).join(', ')}</dd>
          </>
        )}
        {receipt.restricted.length > 0 && (
          <>
            <dt>{t('restricted')}</dt>
            {receipt.restricted.map(({ what: name, count, until, country, basis }) => (
              <dd key={`${name} ${until}`}>
                {t('until', { what: what(name), count, day: until })}
                {basis !== '' && (
                  <span className="os-soft"> {country === '' ? basis : t('lawOf', { basis, country })}</span>
                )}
              </dd>
            ))}
          </>
        )}
        <dt>{t('kept')}</dt>
        <dd>{receipt.kept.map(what).join(', ')}</dd>
      </dl>
    </section>
  );
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
