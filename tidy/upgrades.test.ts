import { describe, expect, it } from 'vitest';
import { filesMatching, report } from './project.ts';
import { migrationProblems } from './sql.ts';
import { besideProblems, changedProblems, releasedBefore, releasedVersions, type Released } from './upgrades.ts';

const migrations = filesMatching(/^db\/migrations\//);
const kept = releasedVersions(filesMatching(/^db\/fixtures\/.*\/migrations\.txt$/));

describe('migrations', () => {
  it('that a kept version has run stay as they are, and new ones are safe beside it', () => {
    const [manifest] = filesMatching(/^package\.json$/);
    const { version } = JSON.parse(manifest?.text ?? '{}') as { version: string };
    expect(kept.length, 'versions seen').toBeGreaterThan(0);
    expect(kept[0]?.checksums.size, 'migrations of the first one seen').toBeGreaterThan(20);
    expect(report(changedProblems(migrations, kept))).toEqual([]);
    expect(report(besideProblems(migrations, releasedBefore(kept, version)))).toEqual([]);
  });

  it('of the next version that tests pretend are as good as real ones', () => {
    const pretended = filesMatching(/^apps\/server\/upgrade\/next-version\/.*\.sql$/).map(({ path, text }) => ({
      path: path.replace('apps/server/upgrade/next-version', 'db/migrations'),
      text,
    }));
    expect(pretended.length, 'migrations seen').toBeGreaterThan(5);
    expect(report(pretended.flatMap(migrationProblems))).toEqual([]);
    expect(report(besideProblems(pretended, kept))).toEqual([]);
  });

  const two: readonly Released[] = ['0.1.0', '0.2.0'].map((version) => ({ version, checksums: new Map() }));
  const file = (text: string, what = 'expand') => ({ path: `db/migrations/20991201120000_stock__${what}.sql`, text });
  const found = (text: string, what?: string) => report(besideProblems([file(text, what)], two));

  it.each([
    ['a renamed column', 'alter table stock_level rename column lot to batch;'],
    ['a renamed table', 'alter table stock_level rename to stock_shelf;'],
    ['a renamed type', 'alter type mood rename to humour;'],
    ['a column taken away', 'alter table stock_level drop column lot;'],
    ['a table taken away', 'drop table if exists stock_level;'],
    ['an index taken away', 'drop index concurrently stock_level_lot;'],
    ['a function taken away', 'drop function platform_guard(text, bigint);'],
    ['a key taken away', 'alter table stock_level drop constraint stock_level_pkey;'],
    ['a default taken away', 'alter table stock_level alter column lot drop default;'],
    ['a column that must be filled', 'alter table stock_level add column shelf text not null;'],
    ['null forbidden', 'alter table stock_level alter lot set not null;'],
    ['another type', 'alter table stock_level alter column lot type uuid;'],
    ['another type, in other words', 'alter table stock_level alter column lot set data type uuid;'],
    ['a default that is reckoned', "alter table stock_level add column x text default md5('a');"],
    ['a column that is reckoned', 'alter table stock_level add column x bigint generated always as (1) stored;'],
    ['a column with a check', 'alter table stock_level add column x bigint check (x > 0);'],
    [
      'a default and a check',
      "alter table stock_level add column x jsonb default '{}' check (jsonb_typeof(x) = 'object');",
    ],
    ['a column that refers', 'alter table stock_level add column x uuid references location (id);'],
    ['a unique column', 'alter table stock_level add column x uuid unique;'],
    ['a check at once', 'alter table stock_level add constraint c check (on_hand >= 0);'],
    ['a nameless check', 'alter table stock_level add check (on_hand >= 0);'],
    ['a foreign key at once', 'alter table stock_level add foreign key (sku_id) references catalog_sku (id);'],
    ['a key with its index', 'alter table stock_level add constraint k unique (lot);'],
    [
      'a check that is validated in the same transaction',
      'alter table stock_level add constraint c check (true) not valid;\nalter table stock_level validate constraint c;',
    ],
    ['an index while nobody writes', 'create index stock_level_lot on stock_level (lot);'],
    ['an index in a transaction', 'create index concurrently stock_level_lot on stock_level (lot);'],
    ['a unique index', '-- no-transaction\ncreate unique index concurrently x on stock_level (lot);'],
    ['every row in one go', "update stock_level set lot = '';"],
    ['rows deleted in one go', 'delete from stock_level where on_hand = 0;'],
    ['a loop without a commit', '-- no-transaction\ndo $$ begin update stock_level set lot = null; end $$;'],
    ['a loop in a transaction', 'do $$ begin loop update stock_level set lot = null; commit; end loop; end $$;'],
    ['truncate', 'truncate stock_level;'],
    ['a lock', 'lock table stock_level;'],
    ['reindex', 'reindex table stock_level;'],
    ['the escape without a reason', '-- safe beside the version before: yes\nupdate stock_level set lot = null;'],
  ])('refuse %s', (_, text) => {
    expect(found(text)).toHaveLength(1);
  });

  it.each([
    [
      'a column with a constant',
      "alter table stock_level add column x text not null default 'a, (b)', add column y numeric(9, 2);",
    ],
    ['a default and not null', "alter table stock_level add column x jsonb default '{}' not null;"],
    ['a check that is validated later', 'alter table stock_level add constraint c check (on_hand >= 0) not valid;'],
    ['its validation', 'alter table stock_level validate constraint c;'],
    [
      'both, statement by statement',
      '-- no-transaction\nalter table stock_level add constraint c check (true) not valid;\nalter table stock_level validate constraint c;',
    ],
    ['a key over an index that is there', 'alter table stock_level add constraint k unique using index stock_level_k;'],
    ['a check that is given up', 'alter table stock_level drop constraint stock_level_lot_check;'],
    ['null allowed', 'alter table stock_level alter column lot drop not null;'],
    [
      'an index beside those who write',
      '-- no-transaction\ncreate index concurrently if not exists x on stock_level (lot);',
    ],
    ['an index that partitions are attached to', 'create index x on only stock_movement (sku_id);'],
    [
      'a table of its own, with whatever it likes',
      'create table stock_shelf (id uuid primary key, x uuid unique references location (id));\ncreate index on stock_shelf (x);\nalter table stock_shelf add check (true);\nupdate stock_shelf set x = null;',
    ],
    ['a few rows more', "insert into stock_reason (code) values ('found');"],
    [
      'batches',
      '-- no-transaction\ndo $$ declare n bigint; begin loop update stock_level set lot = null where id in (select id from stock_level limit 500); commit; exit; end loop; end $$;',
    ],
    [
      'what somebody answers for',
      '-- safe beside the version before: there are four rows in it, always\nupdate stock_reason set code = code;',
    ],
    ['what a comment says', '-- drop table stock_level;\nselect 1;'],
    ['what a string says', "comment on table stock_level is 'drop table x; update y set z';"],
  ])('accept %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  it('take away what an older version used, once a later one is out', () => {
    const text = 'alter table stock_level drop column lot;\nalter table stock_level alter x set not null;';
    expect(found(text, 'contract_0_1_0_lot')).toEqual([]);
    expect(found(text, 'contract_0_2_0_lot')).toEqual([expect.stringContaining('programs of 0.2.0 may run beside it')]);
    expect(found(text, 'contract_0_0_9_lot')).toEqual([expect.stringContaining('no fixture is kept')]);
    // A contract waits for nobody's lock either.
    expect(found('create index x on stock_level (lot);', 'contract_0_1_0_lot')).toHaveLength(1);
  });

  it('are past when a kept version has run them, and are then never changed', () => {
    const path = 'db/migrations/20991201120000_stock__drop.sql';
    const text = 'drop table stock_level;';
    const versions = releasedVersions([
      { path: 'db/fixtures/0.10.0/migrations.txt', text: '' },
      {
        path: 'db/fixtures/0.9.0/migrations.txt',
        text: '20991201120000_stock__drop.sql 00\n20991201120001_stock__gone.sql 00\n',
      },
    ]);
    expect(versions.map(({ version }) => version)).toEqual(['0.9.0', '0.10.0']);
    expect(releasedBefore(versions, '0.10.0').map(({ version }) => version)).toEqual(['0.9.0']);
    expect(besideProblems([{ path, text }], versions)).toEqual([]);
    expect(changedProblems([{ path, text }], versions).map(({ says }) => says)).toEqual([
      expect.stringContaining('was changed, and 0.9.0 has run it'),
      expect.stringContaining('is gone, and 0.9.0 has run it'),
    ]);
  });
});
