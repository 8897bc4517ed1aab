import { Button, Checkbox, Modal, NumberInput, Select, Switch, Table, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Check, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Intent } from '../../client/http.ts';
import { createRole, editRole, listRoles, type Role, type RoleLimits, type Roles } from '../../client/staff.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useFilters } from '../shared/filters.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { AmountFields } from './amounts.tsx';
import { permissionText } from './words.ts';

/** What each role may do, side by side, and roles of our own. */
export function RolesPage() {
  const t = useTranslations('people');
  const roles = useQuery({ queryKey: ['roles'], queryFn: listRoles });
  const [wanted, setWanted] = useState('');
  const [editing, setEditing] = useState<Role | 'new'>();
  // The rules lead to a role by its code.
  const [{ role: asked }, setFilters] = useFilters<{ role?: string | undefined }>();
  const named = roles.data?.items.find(({ code }) => code === asked);
  const [led, setLed] = useState<string>();
  if (named !== undefined && led !== asked) {
    setLed(asked);
    setEditing(named);
  }
  const close = (): void => {
    setFilters({ role: undefined });
    setEditing(undefined);
  };
  return (
    <>
      <PageHead
        title={t('rolesTitle')}
        actions={
          <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => setEditing('new')}>
            {t('newRole')}
          </Button>
        }
      />
      <p className="os-soft">{t('rolesText')}</p>
      {roles.error !== null && <ProblemView problem={roles.error} while="reading" retry={() => void roles.refetch()} />}
      {roles.data !== undefined && (
        <Card
          title={t('matrix')}
          flush
          side={
            <TextInput
              type="search"
              aria-label={t('whySearch')}
              placeholder={t('whySearch')}
              leftSection={<Search size={16} aria-hidden="true" />}
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
            />
          }
        >
          <Matrix roles={roles.data} wanted={wanted.trim().toLowerCase()} onEdit={setEditing} />
        </Card>
      )}
      <Modal
        opened={editing !== undefined}
        onClose={close}
        size="lg"
        title={editing === 'new' || editing === undefined ? t('newRole') : t('editRole', { name: editing.name })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {editing !== undefined && roles.data !== undefined && (
          <EditRole role={editing} roles={roles.data} onDone={close} />
        )}
      </Modal>
    </>
  );
}

function Matrix({ roles, wanted, onEdit }: { roles: Roles; wanted: string; onEdit: (role: Role) => void }) {
  const t = useTranslations('people');
  const shown = roles.items.filter((role) => !role.archived);
  return (
    // It scrolls sideways, so it can be reached and scrolled by keyboard too.
    <Table.ScrollContainer minWidth={0} type="native" role="group" aria-label={t('matrix')} tabIndex={0}>
      <table className="os-table" aria-label={t('matrix')}>
        <thead>
          <tr>
            <th scope="col">{t('permission')}</th>
            {shown.map((role) => (
              <th scope="col" key={role.id}>
                <Button variant="subtle" size="compact-sm" onClick={() => onEdit(role)} title={role.description}>
                  {role.name}
                </Button>
                <div className="os-soft" style={{ fontWeight: 400, fontSize: 12 }}>
                  {t('holders', { count: role.people })}
                </div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {roles.permissions
            .filter((permission) => permissionText(permission).includes(wanted))
            .map((permission) => (
              <tr key={permission}>
                <th scope="row" style={{ fontWeight: 400 }}>
                  {permissionText(permission)}
                </th>
                {shown.map((role) => (
                  <td key={role.id} style={{ textAlign: 'center' }}>
                    {role.permissions.includes(permission) ? (
                      <Check size={16} aria-label={t('yes')} role="img" />
                    ) : (
                      <span className="os-soft" role="img" aria-label={t('no')}>
                        –
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </Table.ScrollContainer>
  );
}

type MoneyLimits = Omit<RoleLimits, 'discountPpm'>;
const MONEY_LIMITS = ['discount', 'refund', 'stockAdjustment'] as const;

/** How much money somebody may decide on alone, in each currency. */
function MoneyLimitFields({ limits, onChange }: { limits: MoneyLimits; onChange: (limits: MoneyLimits) => void }) {
  const t = useTranslations('people');
  return MONEY_LIMITS.map((name) => {
    const { [name]: amounts, ...others } = limits;
    const label = t(`limitOf.${name}`);
    return (
      <div key={name} className="os-fields">
        <Switch
          label={label}
          description={amounts === undefined ? t('noLimits') : t('limitEmpty')}
          checked={amounts !== undefined}
          onChange={(event) => onChange(event.currentTarget.checked ? { ...others, [name]: {} } : others)}
        />
        {amounts !== undefined && (
          <AmountFields label={label} amounts={amounts} onChange={(next) => onChange({ ...others, [name]: next })} />
        )}
      </div>
    );
  });
}

function EditRole({ role, roles, onDone }: { role: Role | 'new'; roles: Roles; onDone: () => void }) {
  const t = useTranslations('people');
  const known = role === 'new' ? undefined : role;
  const [code, setCode] = useState('');
  const [name, setName] = useState(known?.name ?? '');
  const [description, setDescription] = useState(known?.description ?? '');
  const [permissions, setPermissions] = useState<readonly string[]>(known?.permissions ?? []);
  const [percent, setPercent] = useState<number | ''>(
    known?.limits.discountPpm === undefined ? '' : known.limits.discountPpm / 10_000,
  );
  const builtIn = known?.builtIn === true;
  const { discountPpm: _, ...others } = known?.limits ?? {};
  const [money, setMoney] = useState<MoneyLimits>(others);
  const limits: RoleLimits = { ...money, ...(percent === '' ? {} : { discountPpm: Math.round(percent * 10_000) }) };
  const saving = useAct(
    (_id: string, intent: Intent): Promise<unknown> =>
      known === undefined
        ? createRole({ code, name: name.trim(), description, permissions, limits }, intent)
        : editRole(
            known.id,
            builtIn
              ? { version: known.version, limits }
              : { version: known.version, name: name.trim(), description, permissions, limits },
            intent,
          ),
    {
      touches: ['roles', 'people'],
      onDone: () => {
        toast(t('saved'));
        onDone();
      },
    },
  );
  const reason =
    known === undefined && !/^[a-z][a-z0-9_]{1,39}$/.test(code)
      ? t('needsCode')
      : name.trim() === ''
        ? t('needsName')
        : undefined;
  return (
    <div className="os-fields">
      {known === undefined && (
        <>
          <Select
            label={t('like')}
            clearable
            data={roles.items.map((one) => ({ value: one.id, label: one.name }))}
            onChange={(id) => setPermissions(roles.items.find((one) => one.id === id)?.permissions ?? [])}
          />
          <TextInput
            label={t('code')}
            description={t('codeText')}
            required
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        </>
      )}
      <TextInput
        label={t('roleName')}
        required
        readOnly={builtIn}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Textarea
        label={t('description')}
        readOnly={builtIn}
        value={description}
        autosize
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      {known?.code !== 'owner' && <MoneyLimitFields limits={money} onChange={setMoney} />}
      {known?.code !== 'owner' && (
        <NumberInput
          label={t('discountLimit')}
          placeholder={t('noLimit')}
          min={0}
          max={100}
          decimalScale={2}
          value={percent}
          onChange={(value) => setPercent(typeof value === 'number' ? value : '')}
        />
      )}
      {!builtIn && (
        <Checkbox.Group label={t('permissions')} value={[...permissions]} onChange={setPermissions}>
          <div className="os-fields-2" style={{ maxHeight: 280, overflowY: 'auto', padding: 4 }}>
            {roles.permissions.map((permission) => (
              <Checkbox key={permission} value={permission} label={permissionText(permission)} />
            ))}
          </div>
        </Checkbox.Group>
      )}
      {saving.error !== null && <ProblemView problem={saving.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton
          reason={reason}
          loading={saving.isPending}
          onClick={() => saving.mutate(JSON.stringify([code, name, description, permissions, limits]))}
        >
          {t('save')}
        </ReasonButton>
      </div>
    </div>
  );
}
