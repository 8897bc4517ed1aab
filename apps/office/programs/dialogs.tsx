import { Button, CopyButton, Modal, TextInput } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Intent } from '../../client/http.ts';
import { Instant } from '../../kit/numbers.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { ConfirmDialog } from '../shared/confirm-dialog.tsx';

/** A dialog of these screens. */
export function Dialog({
  title,
  opened,
  onClose,
  children,
  careful = false,
}: {
  title: string;
  opened: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Not closed by a click beside it. */
  careful?: boolean;
}) {
  const t = useTranslations('programs');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={!careful}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <div className="os-fields">{children}</div>
    </Modal>
  );
}

/** What is told once: a secret or a code. `value` null: it was told before. */
export type ToldOnce = {
  readonly label: string;
  readonly text: string;
  readonly lost: string;
  readonly value: string | null;
  readonly until: { readonly label: string; readonly at: string } | null;
};

/** Shows it, ready to be copied, until somebody says that they have it. */
export function TellOnce({ told, onDone }: { told: ToldOnce; onDone: () => void }) {
  const t = useTranslations('programs');
  const { label, text, lost, value, until } = told;
  return (
    <Dialog title={label} opened onClose={onDone} careful>
      <p>{value === null ? lost : text}</p>
      {value !== null && (
        <TextInput
          label={label}
          readOnly
          value={value}
          size={value.length < 12 ? 'xl' : 'md'}
          styles={{ input: { fontFamily: 'ui-monospace, monospace' } }}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
      {until !== null && (
        <p className="os-soft">
          {until.label} <Instant value={until.at} />
        </p>
      )}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        {value !== null && (
          <CopyButton value={value}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {t(copied ? 'copied' : 'copy')}
              </Button>
            )}
          </CopyButton>
        )}
        <Button onClick={onDone}>{t('done')}</Button>
      </div>
    </Dialog>
  );
}

/** Asks, and then ends a key or a device. */
export function Ending<Ended>({
  id,
  title,
  text,
  done,
  end,
  touches,
  onEnded,
  onClose,
}: {
  id: string;
  title: string;
  text: string;
  /** What is said when it is over. */
  done: string;
  end: (id: string, intent: Intent) => Promise<Ended>;
  touches: readonly string[];
  onEnded: () => void;
  onClose: () => void;
}) {
  const ending = useAct(end, {
    touches,
    onDone: () => {
      toast(done);
      onEnded();
    },
  });
  return (
    <ConfirmDialog
      title={title}
      does={title}
      busy={ending.isPending}
      problem={ending.error}
      onConfirm={() => ending.mutate(id)}
      onClose={onClose}
    >
      <p>{text}</p>
    </ConfirmDialog>
  );
}

/** Names and values, one beside the other. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="os-facts">
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
