import { NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';

/** Where a location is and by whose clock its days end, as far as somebody has written it. */
export type Whereabouts = {
  readonly line1: string;
  readonly postcode: string;
  readonly city: string;
  readonly timeZone: string | null;
  readonly cutOffHour: number;
};

type Part = { readonly value: Whereabouts; readonly onChange: (part: Partial<Whereabouts>) => void };

/** The lines of an address. */
export function AddressFields({
  value,
  onChange,
}: {
  value: Pick<Whereabouts, 'line1' | 'postcode' | 'city'>;
  onChange: (part: Partial<Whereabouts>) => void;
}) {
  const t = useTranslations('company');
  return (
    <div className="os-fields-2" data-even="">
      {(['line1', 'postcode', 'city'] as const).map((part) => (
        <TextInput
          key={part}
          label={t(part)}
          maxLength={200}
          value={value[part]}
          onChange={(event) => onChange({ [part]: event.currentTarget.value })}
        />
      ))}
    </div>
  );
}

/** The time zone and the hour at which a day ends. */
export function ClockFields({ value, onChange }: Part) {
  const t = useTranslations('company');
  return (
    <>
      <Select
        label={t('timeZone')}
        description={t('timeZoneText')}
        required
        searchable
        allowDeselect={false}
        limit={60}
        data={Intl.supportedValuesOf('timeZone')}
        value={value.timeZone}
        onChange={(timeZone) => onChange({ timeZone })}
        nothingFoundMessage={t('nothingFound')}
      />
      <NumberInput
        label={t('cutOff')}
        description={t('cutOffText')}
        allowDecimal={false}
        min={0}
        max={23}
        suffix=":00"
        value={value.cutOffHour}
        onChange={(hour) => onChange({ cutOffHour: typeof hour === 'number' ? hour : 0 })}
      />
    </>
  );
}
