import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Lock } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Permission } from '../../../src/staff/role.ts';
import { listWhoMay } from '../../client/staff.ts';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { useMay } from './may.ts';

/** How many people are named. */
const NAMES = 3;

/** A page that somebody may not see: what it would take, whom to ask, and where they may go. `home` is the first place they may see. */
export function NotForYou({ permission, home }: { permission: Permission; home: string }) {
  const t = useTranslations('notForYou');
  // Who has what is nobody's business who does not manage people; they ask whoever gave them their role.
  const mayAsk = useMay('people:read');
  const who = useQuery({
    queryKey: ['people', 'who-may', permission],
    queryFn: () => listWhoMay(permission),
    enabled: mayAsk,
  }).data;
  const names = [...new Set((who ?? []).map(({ name }) => name))].slice(0, NAMES).join(', ');
  return (
    <>
      <PageHead title={t('title')} />
      <section className="os-card">
        <EmptyState
          icon={<Lock size={40} strokeWidth={1.25} aria-hidden="true" />}
          title={t('what', { permission: permission.replace(':', ' · ').replaceAll('_', ' ') })}
          text={names === '' ? t('ask') : t('askNamed', { names })}
          action={
            <Button component="a" href={home}>
              {t('home')}
            </Button>
          }
        />
      </section>
    </>
  );
}
