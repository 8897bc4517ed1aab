import { Button, Checkbox, SegmentedControl, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Intent } from '../../client/http.ts';
import { listFourEyes, listRoles, setFourEyes, type FourEyesRule, type Role } from '../../client/staff.ts';
import { getStrictRoles, setStrictRoles } from '../../client/staff-ways.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { AmountFields, useCurrencies, type Amounts } from './amounts.tsx';
import { useLimitText } from './limits.ts';

/** How far each role goes, what needs two people, and who needs a second factor. */
export function RulesPage() {
  const t = useTranslations('people');
  return (
    <>
      <PageHead title={t('rulesTitle')} />
      <div className="os-stack">
        <Limits />
        <FourEyes />
        <SecondFactor />
      </div>
    </>
  );
}

/** What each role may do without asking. They are changed with the role. */
function Limits() {
  const t = useTranslations('people');
  const roles = useQuery({ queryKey: ['roles'], queryFn: listRoles });
  const limitText = useLimitText();
  const shown = (roles.data?.items ?? []).filter(({ archived }) => !archived);
  return (
    <Card title={t('limitsTitle')} flush>
      <p className="os-soft" style={{ padding: '0 16px 12px' }}>
        {t('limitsText')}
      </p>
      {roles.error !== null && <ProblemView problem={roles.error} while="reading" retry={() => void roles.refetch()} />}
      <table className="os-table os-cards" aria-label={t('limitsTitle')}>
        <thead>
          <tr>
            <th scope="col">{t('role')}</th>
            <th scope="col">{t('upToTitle')}</th>
            <th scope="col">
              <span className="os-hidden">{t('change')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((role) => (
            <tr key={role.id}>
              <td data-primary>{role.name}</td>
              <td data-label={t('upToTitle')}>
                <Told limits={limitText(role.limits)} />
              </td>
              <td className="os-end">
                {role.code !== 'owner' && (
                  <Button
                    component="a"
                    variant="default"
                    size="compact-sm"
                    href={`/roles?role=${role.code}`}
                    aria-label={t('changeLimits', { role: role.name })}
                  >
                    {t('change')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Told({ limits }: { limits: readonly string[] }) {
  const t = useTranslations('people');
  if (limits.length === 0) return <span className="os-soft">{t('noLimits')}</span>;
  return <div>{limits.join(' · ')}</div>;
}

/** The acts that need a second person, each always or from an amount on. */
function FourEyes() {
  const t = useTranslations('people');
  const rules = useQuery({ queryKey: ['approvals', 'rules'], queryFn: listFourEyes });
  return (
    <Card title={t('rules')}>
      <div className="os-fields">
        <p className="os-soft">{t('rulesText')}</p>
        {rules.error !== null && <ProblemView problem={rules.error} while="reading" />}
        {(rules.data ?? []).map((rule) => (
          <Rule key={`${rule.act} ${JSON.stringify([rule.on, rule.amounts])}`} rule={rule} />
        ))}
      </div>
    </Card>
  );
}

function Rule({ rule }: { rule: FourEyesRule }) {
  const t = useTranslations('people');
  const may = useMay('role:edit');
  const currencies = useCurrencies();
  const [amounts, setAmounts] = useState<Amounts | null>(rule.amounts);
  const setting = useAct(setFourEyes, { touches: ['approvals'], onDone: () => toast(t('saved')) });
  const name = t(`acts.${rule.act as 'refund'}`);
  const changed = JSON.stringify(amounts) !== JSON.stringify(rule.amounts);
  return (
    <div className="os-fields">
      <Switch
        label={name}
        checked={rule.on}
        disabled={!may}
        onChange={(event) => setting.mutate({ act: rule.act, on: event.currentTarget.checked })}
      />
      {rule.on && rule.limit !== null && (
        <div className="os-row" style={{ paddingInlineStart: 48 }}>
          <SegmentedControl
            aria-label={t('whenOf', { act: name })}
            disabled={!may}
            data={[
              { value: 'always', label: t('always') },
              { value: 'above', label: t('above') },
            ]}
            value={amounts === null ? 'always' : 'above'}
            onChange={(value) =>
              setAmounts(value === 'always' ? null : Object.fromEntries(currencies.map((one) => [one, 0])))
            }
          />
          {amounts !== null && <AmountFields label={name} amounts={amounts} onChange={setAmounts} />}
          {changed && (
            <Button
              size="compact-sm"
              loading={setting.isPending}
              onClick={() => setting.mutate({ act: rule.act, on: true, amounts })}
            >
              {t('save')}
            </Button>
          )}
        </div>
      )}
      {setting.error !== null && <ProblemView problem={setting.error} while="acting" />}
    </div>
  );
}

/** Which roles ask for more than a password. */
function SecondFactor() {
  const t = useTranslations('people');
  const roles = useQuery({ queryKey: ['roles'], queryFn: listRoles }).data?.items;
  const strict = useQuery({ queryKey: ['roles', 'strict'], queryFn: getStrictRoles });
  return (
    <Card title={t('strictTitle')}>
      {strict.error !== null && <ProblemView problem={strict.error} while="reading" />}
      {roles !== undefined && strict.data !== undefined && (
        <Strict key={strict.data.join()} roles={roles.filter(({ archived }) => !archived)} strict={strict.data} />
      )}
    </Card>
  );
}

function Strict({ roles, strict }: { roles: readonly Role[]; strict: readonly string[] }) {
  const t = useTranslations('people');
  const may = useMay('role:edit');
  const [chosen, setChosen] = useState<string[]>([...strict]);
  const saving = useAct((wish: readonly string[], intent: Intent) => setStrictRoles(wish, intent), {
    touches: ['roles'],
    onDone: () => toast(t('saved')),
  });
  const same = chosen.toSorted().join() === strict.toSorted().join();
  return (
    <div className="os-fields">
      <p className="os-soft">{t('strictText')}</p>
      <Checkbox.Group aria-label={t('strictTitle')} value={chosen} onChange={setChosen}>
        <div className="os-fields-2">
          {roles.map(({ id, name }) => (
            <Checkbox key={id} value={id} label={name} disabled={!may} />
          ))}
        </div>
      </Checkbox.Group>
      {saving.error !== null && <ProblemView problem={saving.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton
          reason={!may ? t('mayNotRules') : same ? t('nothingChanged') : undefined}
          loading={saving.isPending}
          onClick={() => saving.mutate(chosen)}
        >
          {t('saveStrict')}
        </ReasonButton>
      </div>
    </div>
  );
}
