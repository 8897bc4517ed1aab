import { Button, Modal, PasswordInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Intent } from '../../client/http.ts';
import type { StaffPerson } from '../../client/staff.ts';
import {
  blockBadge,
  getWaysAtRegisters,
  issueBadge,
  previewSecondFactorReset,
  resetSecondFactor,
  setPin,
} from '../../client/staff-ways.ts';
import { Instant } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { ConfirmDialog } from '../shared/confirm-dialog.tsx';
import { LocationSelect } from '../shared/location-select.tsx';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useLocations, useOpenLocations } from '../shared/reference.ts';

const touches = ['people'];

/** How somebody signs in at registers, by PIN and by badge, and taking away a second factor that is lost. */
export function WaysIn({ person }: { person: StaffPerson }) {
  const t = useTranslations('people');
  const may = useMay('people:edit');
  const locations = useLocations();
  const ways = useQuery({
    queryKey: ['people', person.id, 'registers'],
    queryFn: () => getWaysAtRegisters(person.id),
  });
  const [settingPin, setSettingPin] = useState(false);
  const [code, setCode] = useState<string>();
  const taking = useAct((locationId: string, intent: Intent) => setPin(person.id, { locationId, pin: null }, intent), {
    touches,
    onDone: () => toast(t('pinTaken')),
  });
  const issuing = useAct((_: string, intent: Intent) => issueBadge(person.id, intent), {
    touches,
    onDone: (badge) => setCode(badge.code ?? undefined),
  });
  const blocking = useAct((badgeId: string, intent: Intent) => blockBadge(person.id, badgeId, intent), {
    touches,
    onDone: () => toast(t('badgeBlocked')),
  });
  const problem = taking.error ?? issuing.error ?? blocking.error;
  const nameOf = (id: string): string => locations.find((one) => one.id === id)?.name ?? id;
  const reason = !may ? t('mayNotPeople') : person.deactivatedAt !== null ? t('hasLeft') : undefined;
  const { pins = [], badges = [] } = ways.data ?? {};
  return (
    <Card title={t('atRegisters')}>
      <div className="os-fields">
        {ways.error !== null && <ProblemView problem={ways.error} while="reading" />}
        {ways.data !== undefined && pins.length + badges.length === 0 && <p className="os-soft">{t('noWays')}</p>}
        <ul className="os-ways">
          {pins.map((pin) => (
            <li key={pin.locationId}>
              <span className="os-grow">
                {t('pinAt', { place: nameOf(pin.locationId) })}{' '}
                <span className="os-soft os-small">
                  <Instant value={pin.setAt} />
                </span>
              </span>
              {pin.locked && <Pill tone="bad">{t('pinLocked')}</Pill>}
              <ReasonButton
                variant="default"
                size="compact-sm"
                reason={reason}
                aria-label={t('takePinAt', { place: nameOf(pin.locationId) })}
                onClick={() => taking.mutate(pin.locationId)}
              >
                {t('take')}
              </ReasonButton>
            </li>
          ))}
          {badges.map((badge) => (
            <li key={badge.id}>
              <span className="os-grow">
                {t('badgeEnding', { ending: badge.ending })}{' '}
                <span className="os-soft os-small">
                  <Instant value={badge.issuedAt} />
                </span>
              </span>
              {badge.blockedAt !== null ? (
                <Pill>{t('blocked')}</Pill>
              ) : (
                <ReasonButton
                  variant="default"
                  size="compact-sm"
                  reason={reason}
                  aria-label={t('blockEnding', { ending: badge.ending })}
                  onClick={() => blocking.mutate(badge.id)}
                >
                  {t('block')}
                </ReasonButton>
              )}
            </li>
          ))}
        </ul>
        {problem !== null && <ProblemView problem={problem} while="acting" />}
        <div className="os-row">
          <ReasonButton variant="default" reason={reason} onClick={() => setSettingPin(true)}>
            {t('setPin')}
          </ReasonButton>
          <ReasonButton
            variant="default"
            reason={reason}
            loading={issuing.isPending}
            onClick={() => issuing.mutate(person.id)}
          >
            {t('issueBadge')}
          </ReasonButton>
          <SecondFactor person={person} />
        </div>
      </div>
      <Modal
        opened={settingPin}
        onClose={() => setSettingPin(false)}
        title={t('setPinTitle', { name: person.name })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <NewPin personId={person.id} onDone={() => setSettingPin(false)} />
      </Modal>
      <Modal
        opened={code !== undefined}
        onClose={() => setCode(undefined)}
        title={t('badgeOf', { name: person.name })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <div className="os-fields">
          <p>{t('badgeOnce')}</p>
          <code className="os-seed">{code}</code>
          <div className="os-row" style={{ justifyContent: 'flex-end' }}>
            <Button onClick={() => setCode(undefined)}>{t('written')}</Button>
          </div>
        </div>
      </Modal>
    </Card>
  );
}

function NewPin({ personId, onDone }: { personId: string; onDone: () => void }) {
  const t = useTranslations('people');
  const locations = useOpenLocations();
  const [chosen, setLocation] = useState<string>();
  const locationId = chosen ?? (locations.find(({ kind }) => kind === 'store') ?? locations[0])?.id;
  const [pin, setPinText] = useState('');
  const [again, setAgain] = useState('');
  const setting = useAct(
    (wish: { locationId: string; pin: string }, intent: Intent) => setPin(personId, wish, intent),
    {
      touches,
      onDone: () => {
        toast(t('pinSet'));
        onDone();
      },
    },
  );
  const reason =
    locationId === undefined
      ? t('needsPlace')
      : !/^\d{4,8}$/.test(pin)
        ? t('needsPin')
        : pin !== again
          ? t('pinsDiffer')
          : undefined;
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason === undefined && locationId !== undefined) setting.mutate({ locationId, pin });
      }}
    >
      <p className="os-soft">{t('pinText')}</p>
      <LocationSelect
        label={t('where')}
        allowDeselect={false}
        value={locationId ?? null}
        onChange={(value) => value !== null && setLocation(value)}
      />
      <PasswordInput
        label={t('pin')}
        inputMode="numeric"
        autoComplete="off"
        visibilityToggleButtonProps={{ 'aria-label': t('showPin') }}
        value={pin}
        onChange={(event) => setPinText(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('pinAgain')}
        inputMode="numeric"
        autoComplete="off"
        visibilityToggleButtonProps={{ 'aria-label': t('showPin') }}
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
      />
      {setting.error !== null && <ProblemView problem={setting.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={reason} loading={setting.isPending}>
          {t('save')}
        </ReasonButton>
      </div>
    </form>
  );
}

/** For somebody who lost the device by which they proved who they are. */
function SecondFactor({ person }: { person: StaffPerson }) {
  const t = useTranslations('people');
  const may = useMay('role:edit');
  const [open, setOpen] = useState(false);
  const ends = useQuery({
    queryKey: ['people', person.id, 'second-factor'],
    queryFn: () => previewSecondFactorReset(person.id),
    enabled: open,
    retry: false,
    staleTime: 0,
  });
  const resetting = useAct((_: string, intent: Intent) => resetSecondFactor(person.id, intent), {
    touches,
    onDone: () => {
      toast(t('factorReset'));
      setOpen(false);
    },
  });
  return (
    <>
      <ReasonButton variant="default" reason={may ? undefined : t('mayNotRules')} onClick={() => setOpen(true)}>
        {t('resetFactor')}
      </ReasonButton>
      {open && (
        <ConfirmDialog
          title={t('resetFactorTitle', { name: person.name })}
          does={t('resetFactor')}
          busy={resetting.isPending}
          ready={ends.data !== undefined}
          problem={resetting.error ?? ends.error}
          onConfirm={() => resetting.mutate(person.id)}
          onClose={() => setOpen(false)}
        >
          <p>{t('resetFactorText')}</p>
          {ends.data !== undefined && (
            <ul style={{ margin: 0, paddingInlineStart: 20 }}>
              {ends.data.codes && <li>{t('endsCodes')}</li>}
              {ends.data.passkeys > 0 && <li>{t('endsPasskeys', { count: ends.data.passkeys })}</li>}
              <li>{t('endsSessions', { count: ends.data.sessions })}</li>
              <li>{t('tellsPerson')}</li>
            </ul>
          )}
        </ConfirmDialog>
      )}
    </>
  );
}
