import { Button, CloseButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslations } from 'use-intl';

type Undo = { label: string; run: () => void };

/** Says that something is done, with a way back where it is easy to err. Eight seconds; hovering keeps it. */
export function toast(text: string, undo?: Undo): void {
  const id = crypto.randomUUID();
  notifications.show({
    id,
    autoClose: 8000,
    withBorder: true,
    // Its own has no name to be called by.
    withCloseButton: false,
    color: 'brand',
    message: <Told id={id} text={text} undo={undo} />,
  });
}

function Told({ id, text, undo }: { id: string; text: string; undo: Undo | undefined }) {
  const t = useTranslations('kit');
  const hide = (): void => void notifications.hide(id);
  return (
    <div className="os-row">
      <span className="os-grow">{text}</span>
      {undo !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            hide();
            undo.run();
          }}
        >
          {undo.label}
        </Button>
      )}
      <CloseButton aria-label={t('close')} onClick={hide} />
    </div>
  );
}
