import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { whenProofIsWanted } from '../../client/http.ts';
import { getAccount } from '../../client/own-account.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { Confirm } from './confirm.tsx';

/** Waits for an act that the server does only for somebody who proved a short while ago who they are, asks for the proof, and lets the act go on. Above every other dialog. */
export function ProveAgain() {
  const t = useTranslations('account');
  const [answer, setAnswer] = useState<(proved: boolean) => void>();
  useEffect(
    () =>
      whenProofIsWanted(
        () =>
          new Promise((resolve) => {
            setAnswer(() => resolve);
          }),
      ),
    [],
  );
  const account = useQuery({ queryKey: ['account'], queryFn: getAccount, enabled: answer !== undefined });
  const end = (proved: boolean): void => {
    answer?.(proved);
    setAnswer(undefined);
  };
  return (
    <Modal
      opened={answer !== undefined}
      onClose={() => end(false)}
      title={t('confirmTitle')}
      zIndex={300}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {account.error !== null && (
        <ProblemView problem={account.error} while="reading" retry={() => void account.refetch()} />
      )}
      {account.data !== undefined && (
        <Confirm account={account.data} onProved={() => end(true)} onCancel={() => end(false)} />
      )}
    </Modal>
  );
}
