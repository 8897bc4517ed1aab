import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { ProblemView } from './problem-view.tsx';

/** Asks before something that ends what others rely on: what it means stands between the question and the button. `ready`: whether that is known already. */
export function ConfirmDialog({
  title,
  does,
  busy,
  ready = true,
  problem,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  /** What the button says. */
  does: string;
  busy: boolean;
  ready?: boolean;
  problem: Error | null;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const t = useTranslations('kit');
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
      <div className="os-fields">
        {children}
        {problem !== null && <ProblemView problem={problem} while="acting" />}
        <div className="os-row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button color="red" disabled={!ready} loading={busy} onClick={onConfirm}>
            {does}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
