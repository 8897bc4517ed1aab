import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';

/** Says that something is done, with a way back where it is easy to err. Eight seconds; hovering keeps it. */
export function toast(text: string, undo?: { label: string; run: () => void }): void {
  const id = crypto.randomUUID();
  notifications.show({
    id,
    autoClose: 8000,
    withBorder: true,
    withCloseButton: true,
    color: 'brand',
    message: (
      <div className="os-row">
        <span className="os-grow">{text}</span>
        {undo !== undefined && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              notifications.hide(id);
              undo.run();
            }}
          >
            {undo.label}
          </Button>
        )}
      </div>
    ),
  });
}
