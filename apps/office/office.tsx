import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { CircleUserRound, LogOut, Receipt, Tags, UserRoundCog } from 'lucide-react';
import { useDeferredValue, useEffect, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { findSession, listOrders, listProducts } from '../client/api.ts';
import { countTasks } from '../client/tasks.ts';
import { listenLive } from '../client/live.ts';
import type { LiveState } from '../client/live.ts';
import type { Session } from '../client/types.ts';
import { AppFrame } from '../kit/app-frame.tsx';
import type { NavGroup } from '../kit/app-frame.tsx';
import { CommandPalette, PaletteButton } from '../kit/command-palette.tsx';
import { Connection } from '../kit/connection.tsx';
import { isToBegin, SETUP_STEPS } from './getting-started/steps.ts';
import { missingFor, placesFor } from './places.ts';
import { NotForYou } from './shared/not-for-you.tsx';
import { ProblemView } from './shared/problem-view.tsx';
import { chooseLocale } from './shared/words.tsx';
import { useLeaving } from './sign-in/leave.ts';
import { AcceptInvitation, CompanyReturn, NewPassword } from './sign-in/links.tsx';
import { SetUp } from './sign-in/set-up.tsx';
import { SignIn } from './sign-in/sign-in.tsx';
import { DOORS } from './sign-in/use-entering.ts';

/** Which lists an event of a topic may change, as first parts of query keys. A sale moves stock and posts to the books in one event. */
const TOUCHED: Readonly<Record<string, readonly string[]>> = {
  order: ['orders', 'stock', 'today', 'books', 'skus', 'setup'],
  stock: ['stock', 'today', 'books', 'orders', 'setup'],
  journal: ['books', 'today'],
  catalog: ['products', 'skus', 'catalog', 'stock', 'setup'],
  product: ['products', 'skus', 'catalog', 'stock', 'setup'],
  price: ['products', 'skus', 'prices', 'setup', 'company'],
  customer: ['customers'],
  company: ['company', 'setup'],
  access: ['api-keys', 'devices'],
  webhook: ['webhooks', 'webhook-troubles'],
  quarantine: ['today', 'quarantine'],
  task: ['tasks'],
  import: ['imports', 'setup'],
  staff: ['people', 'roles', 'approvals', 'session', 'setup'],
};

/** Everything that happens after signing in stands in here; before, there is the sign-in and where links lead, and nothing else. */
export function Office() {
  const path = useLocation({ select: ({ pathname }) => pathname });
  switch (path) {
    case DOORS.invitation:
      return <AcceptInvitation />;
    case DOORS.newPassword:
      return <NewPassword />;
    case DOORS.company:
      return <CompanyReturn />;
    default:
      return <Inside />;
  }
}

function Inside() {
  const session = useQuery({ queryKey: ['session'], queryFn: findSession, staleTime: Infinity, retry: 2 });
  if (session.data === undefined) {
    if (session.error === null) return null;
    return (
      <main style={{ maxWidth: 480, margin: '20vh auto', padding: 16 }}>
        <ProblemView problem={session.error} while="reading" retry={() => void session.refetch()} />
      </main>
    );
  }
  if (session.data === null) return <SignIn />;
  return session.data.mustSetUp === null ? <SignedIn session={session.data} /> : <SetUp />;
}

function SignedIn({ session }: { session: Session }) {
  const t = useTranslations('nav');
  const path = useLocation({ select: ({ pathname }) => pathname });
  const live = useLive();
  const waiting = useWaiting(session);
  const beginning = useBeginning(session);
  const groups = placesFor(session.permissions, beginning === true).map(({ label, items }) => ({
    ...(label === undefined ? {} : { label: t(label) }),
    items: items.map(({ href, word, icon }) => ({
      href,
      label: t(word),
      icon,
      ...(href === '/tasks' ? { waiting } : {}),
    })),
  }));
  const missing = missingFor(path, session.permissions);
  const [led, setLed] = useState(false);
  // An empty retailer is led to its first steps once; whoever leaves them goes where they want.
  if (path === '/' && beginning === true && !led) {
    setLed(true);
    return <Navigate to="/getting-started" replace />;
  }
  // Whoever may not see how the day goes begins with the first thing that they may do.
  const first = groups[0]?.items[0]?.href ?? '/';
  if (path === '/' && first !== '/') return <Navigate to={first} replace />;
  const badge = <Connection state={live} />;
  return (
    <>
      <AppFrame
        name="Oneshelf"
        path={path}
        groups={groups}
        badge={badge}
        top={<PaletteButton />}
        foot={
          <>
            {badge}
            <Me session={session} />
          </>
        }
      >
        {missing !== undefined ? (
          <NotForYou permission={missing} home={first} />
        ) : path === '/' && beginning === undefined ? null : (
          <Outlet />
        )}
      </AppFrame>
      <Palette groups={groups} />
    </>
  );
}

/** Whether this is somebody who sets up a retailer that has not sold anything yet; undefined while nobody knows. */
function useBeginning({ permissions }: Session): boolean | undefined {
  const may = permissions.includes('company:edit');
  const steps = useQuery({ ...SETUP_STEPS, enabled: may });
  if (!may || steps.isError) return false;
  return steps.data === undefined ? undefined : isToBegin(steps.data);
}

/** How many tasks are open, for the menu; undefined where none are or nobody may see them. */
function useWaiting({ permissions }: Session): { shown: string; said: string } | undefined {
  const t = useTranslations('tasks');
  const open = useQuery({
    queryKey: ['tasks', 'count'],
    queryFn: countTasks,
    enabled: permissions.includes('task:read'),
  });
  const count = open.data ?? 0;
  if (count === 0) return undefined;
  return { shown: count >= MOST_TOLD ? `${MOST_TOLD - 1}+` : String(count), said: t('waiting', { count }) };
}

/** From so many on the server stops counting. */
const MOST_TOLD = 100;

function useLive(): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('opening');
  useEffect(
    () =>
      listenLive({
        onState: (next) => {
          setState(next);
          // What changed before the stream was open was told to nobody: at least what one may do is asked for again.
          if (next === 'live') void client.invalidateQueries({ queryKey: ['session'] });
        },
        onTopics: (topics) => {
          const roots = new Set([...topics].flatMap((topic) => TOUCHED[topic] ?? ['*']));
          if (roots.has('*')) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
          else for (const root of roots) void client.invalidateQueries({ queryKey: [root] });
        },
      }),
    [client],
  );
  return state;
}

function Me({ session }: { session: Session }) {
  const t = useTranslations('me');
  const locale = useLocale();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = useLeaving();
  return (
    <Menu position="top-start" width={220} shadow="md">
      <Menu.Target>
        <UnstyledButton className="os-nav-link" aria-label={t('menu', { name: session.person.name })}>
          <CircleUserRound size={18} strokeWidth={1.75} aria-hidden="true" />
          <span className="os-cut">{session.person.name}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('appearance')}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as typeof colorScheme)}>
          {(['light', 'dark', 'auto'] as const).map((scheme) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {t(scheme)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label>{t('language')}</Menu.Label>
        <Menu.RadioGroup value={locale.slice(0, 2)} onChange={(wanted) => chooseLocale(wanted === 'es' ? 'es' : 'en')}>
          <Menu.RadioItem value="en" lang="en" closeMenuOnClick>
            English
          </Menu.RadioItem>
          <Menu.RadioItem value="es" lang="es" closeMenuOnClick>
            Español
          </Menu.RadioItem>
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item component="a" href="/account" leftSection={<UserRoundCog size={16} aria-hidden="true" />}>
          {t('account')}
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} aria-hidden="true" />} onClick={() => void leave()}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Palette({ groups }: { groups: readonly NavGroup[] }) {
  const t = useTranslations('nav');
  const router = useRouter();
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: ['palette', wanted],
    enabled: wanted.length >= 2,
    queryFn: async () => {
      const [products, orders] = await Promise.all([
        listProducts({ search: wanted, limit: 6 }),
        listOrders({ search: wanted, limit: 4 }),
      ]);
      return { products: products.items, orders: orders.items };
    },
  }).data;
  const go = (href: string) => () => router.history.push(href);
  return (
    <CommandPalette
      onQuery={setText}
      actions={groups.flatMap(({ items }) =>
        items.map(({ href, label, icon: Icon }) => ({
          id: href,
          label,
          onClick: go(href),
          leftSection: <Icon size={18} strokeWidth={1.75} aria-hidden="true" />,
        })),
      )}
      found={[
        ...(found?.orders ?? []).map((order) => ({
          id: order.id,
          label: t('orderNamed', { number: order.number }),
          onClick: go(`/orders/${order.id}`),
          leftSection: <Receipt size={18} strokeWidth={1.75} aria-hidden="true" />,
        })),
        ...(found?.products ?? []).map((product) => ({
          id: product.id,
          label: product.name,
          onClick: go(`/products/${product.id}`),
          leftSection: <Tags size={18} strokeWidth={1.75} aria-hidden="true" />,
        })),
      ]}
    />
  );
}
