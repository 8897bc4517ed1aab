import { Button, TextInput } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Copy } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { getProduct } from '../../client/api.ts';
import { archivePromotion, getPromotion, savePromotion } from '../../client/promotions.ts';
import type { Promotion, PromotionTarget, PromotionWish } from '../../client/promotions.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { ConfirmDialog } from '../shared/confirm-dialog.tsx';
import { useFilters } from '../shared/filters.ts';
import { useMay } from '../shared/may.ts';
import { useParam } from '../shared/param.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenChannels } from '../shared/reference.ts';
import { CodeFields, ConditionFields, ExceptFields } from './condition-fields.tsx';
import { Coupons } from './coupons.tsx';
import { EditingProvider, useFieldProblems } from './editing.tsx';
import { EffectFields } from './effect-fields.tsx';
import { History } from './history.tsx';
import { LimitFields, TogetherFields } from './limit-fields.tsx';
import { PromotionPreview } from './preview.tsx';
import { PromotionState } from './promotions.tsx';
import { copyOf, needsCurrency, ORDER, problemsOf, wishOf, withoutEmpty } from './wish.ts';

/** A promotion that is still to be made: from nothing, or like another one (`?like=`). */
export function NewPromotion() {
  const t = useTranslations('promotions');
  const [{ like }] = useFilters<{ like?: string }>();
  const found = useQuery({
    queryKey: ['promotions', like],
    queryFn: () => getPromotion(like ?? ''),
    enabled: like !== undefined,
  });
  if (found.error !== null)
    return <ProblemView problem={found.error} while="reading" retry={() => void found.refetch()} />;
  const other = found.data;
  if (like !== undefined && other === undefined) return null;
  return (
    <>
      <PageHead title={t('create')} back={{ href: '/promotions', label: t('title') }} />
      {other !== undefined && <p className="os-soft os-lead">{t('copyText', { name: other.name })}</p>}
      <PromotionForm
        key={like ?? ''}
        start={
          other === undefined
            ? { name: '', effect: { kind: 'percentage', of: ORDER, ppm: 100_000 } }
            : copyOf(other, t('copyName', { name: other.name }))
        }
        goods={other?.goods}
      />
    </>
  );
}

/** A promotion: what it does in words, its fields, its codes and what was done to it. */
export function PromotionPage() {
  const t = useTranslations('promotions');
  const id = useParam('promotionId');
  const mayWrite = useMay('promotion:write');
  const found = useQuery({ queryKey: ['promotions', id], queryFn: () => getPromotion(id) });
  if (found.error !== null)
    return <ProblemView problem={found.error} while="reading" retry={() => void found.refetch()} />;
  const promotion = found.data;
  if (promotion === undefined) return null;
  const archived = promotion.state === 'archived';
  return (
    <>
      <PageHead
        title={promotion.name}
        back={{ href: '/promotions', label: t('title') }}
        badge={<PromotionState state={promotion.state} />}
        actions={mayWrite && <Acts promotion={promotion} />}
      />
      {archived && <p className="os-soft">{t('archived')}</p>}
      <div className="os-stack">
        <PromotionForm
          key={promotion.version}
          start={wishOf(promotion)}
          goods={promotion.goods}
          of={promotion}
          locked={archived || !mayWrite}
        />
        {promotion.when?.coupon === true && mayWrite && <Coupons promotionId={id} locked={archived} />}
        <History promotionId={id} version={promotion.version} />
      </div>
    </>
  );
}

/** What can be done with a promotion beside changing it: another one like it, its end now, its end for good. */
function Acts({ promotion }: { promotion: Promotion }) {
  const t = useTranslations('promotions');
  const [ending, setEnding] = useState(false);
  const { id, version, state } = promotion;
  const archive = useAct(archivePromotion, { touches: ['promotions'], onDone: () => setEnding(false) });
  const end = useAct(savePromotion, { touches: ['promotions'], onDone: () => toast(t('endedNow')) });
  const endNow = (): void => {
    const wish = wishOf(promotion);
    end.mutate({ id, version, wish: { ...wish, when: { ...wish.when, until: new Date().toISOString() } } });
  };
  return (
    <>
      <Button
        component="a"
        href={`/promotions/new?like=${id}`}
        variant="default"
        leftSection={<Copy size={16} aria-hidden="true" />}
      >
        {t('duplicate')}
      </Button>
      {state !== 'archived' && (
        <>
          <ReasonButton
            variant="default"
            reason={state === 'running' ? undefined : t(state === 'ended' ? 'hasEnded' : 'notBegun')}
            loading={end.isPending}
            onClick={endNow}
          >
            {t('endNow')}
          </ReasonButton>
          <Button variant="default" onClick={() => setEnding(true)}>
            {t('archive')}
          </Button>
        </>
      )}
      {end.error !== null && <ProblemView problem={end.error} while="acting" />}
      {ending && (
        <ConfirmDialog
          title={t('archive')}
          does={t('archive')}
          busy={archive.isPending}
          problem={archive.error}
          onConfirm={() => archive.mutate({ id, version })}
          onClose={() => setEnding(false)}
        >
          <p>{t('archiveText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

type FormOf = {
  readonly start: PromotionWish;
  readonly goods?: Promotion['goods'] | undefined;
  readonly of?: Promotion;
  readonly locked?: boolean;
};

function PromotionForm({ start, goods = [], of, locked = false }: FormOf) {
  const t = useTranslations('promotions');
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [wish, setWish] = useState(start);
  const [hoursWhole, setHoursWhole] = useState(true);
  const [asked, setAsked] = useState(false);
  const [learnt, setLearnt] = useState<Readonly<Record<string, string>>>({});
  const products = useProductNames(wish);
  const mainCurrency = useOpenChannels()[0]?.currency;
  const currency = wish.currency ?? mainCurrency ?? 'EUR';
  const change = (part: { readonly [Part in keyof PromotionWish]?: PromotionWish[Part] | undefined }): void =>
    setWish((before) => {
      const next = {
        ...withoutEmpty({ ...before, ...part }),
        name: part.name ?? before.name,
        effect: part.effect ?? before.effect,
      };
      // Who writes an amount means the currency that stands beside the field.
      const says = next.currency === undefined && !('currency' in part) && mainCurrency !== undefined;
      return says && needsCurrency(next) ? { ...next, currency: mainCurrency } : next;
    });
  const save = useAct(savePromotion, {
    touches: ['promotions'],
    onDone: ({ id }) => {
      toast(t('saved'));
      if (of === undefined) void navigate({ to: `/promotions/${id}` as never });
    },
  });
  const problems = problemsOf(wish);
  const errorAt = useFieldProblems(asked ? problems : undefined);
  const whole = [...problems.keys()].every((field) => field === 'name') && hoursWhole;
  const nameOf = (id: string): string | undefined =>
    learnt[id] ?? goods.find(({ skuId }) => skuId === id)?.name ?? products[id];
  const submit = (): void => {
    setAsked(true);
    if (locked) return;
    if (problems.size === 0 && hoursWhole) save.mutate({ id: of?.id, version: of?.version, wish });
    // The first field that is wrong, once it says so.
    else setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return (
    <EditingProvider
      value={{ errorAt, nameOf, learn: (id, name) => setLearnt((before) => ({ ...before, [id]: name })) }}
    >
      <form
        ref={form}
        noValidate
        className="os-split os-editor"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <fieldset disabled={locked} className="os-stack os-bare">
          <Card title={t('what')}>
            <div className="os-fields">
              <TextInput
                label={t('name')}
                value={wish.name}
                required
                maxLength={200}
                error={errorAt('name')}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <EffectFields effect={wish.effect} currency={currency} onEffect={(effect) => change({ effect })} />
              <ExceptFields wish={wish} onWish={change} />
            </div>
          </Card>
          <Card title={t('when')}>
            <ConditionFields wish={wish} currency={currency} onWish={change} onHours={setHoursWhole} />
          </Card>
          <Card title={t('how')}>
            <CodeFields wish={wish} onWish={change} />
          </Card>
          <Card title={t('limits')}>
            <LimitFields wish={wish} currency={currency} onWish={change} />
          </Card>
          <Card title={t('together')}>
            <TogetherFields wish={wish} onWish={change} />
          </Card>
          {save.error !== null && <ProblemView problem={save.error} while="acting" />}
          {asked && (problems.size > 0 || !hoursWhole) && (
            <p role="alert" className="os-minus">
              {t('notWhole')}
            </p>
          )}
          {!locked && (
            <Button type="submit" loading={save.isPending}>
              {t('save')}
            </Button>
          )}
        </fieldset>
        <PromotionPreview wish={wish} whole={whole} currency={currency} />
      </form>
    </EditingProvider>
  );
}

/** Of so many products the names are asked for; more are counted. */
const NAMED_PRODUCTS = 30;

/** The names of the products that a promotion names. */
function useProductNames({ effect, when, except }: PromotionWish): Readonly<Record<string, string>> {
  const parts = (effect.parts ?? []).map((part) => part.of);
  const targets: (PromotionTarget | undefined)[] = [
    effect.of,
    effect.buy,
    effect.get,
    ...parts,
    when?.minimum?.of,
    except,
  ];
  const ids = [...new Set(targets.flatMap((target) => target?.productIds ?? []))].slice(0, NAMED_PRODUCTS);
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: ['catalog', 'product', id],
      queryFn: () => getProduct(id),
      staleTime: 60_000,
    })),
    combine: (answers) =>
      Object.fromEntries(answers.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data.name] as const]))),
  });
}
