import { Table } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { changesBetween, leavesOf } from './words.ts';

/** What an event says: before and after side by side where it knows both, and the rest below. */
export function Changes({ body }: { body: Readonly<Record<string, unknown>> }) {
  const t = useTranslations('audit');
  const { before, after, answer: _, ...rest } = body;
  const changes = changesBetween(before, after);
  const told = [...leavesOf(rest)];
  return (
    <>
      {changes.length > 0 && (
        <Table.ScrollContainer minWidth={320} type="native" tabIndex={0}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('field')}</Table.Th>
                <Table.Th>{t('before')}</Table.Th>
                <Table.Th>{t('after')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changes.map((change) => (
                <Table.Tr key={change.path}>
                  <Table.Td>{change.path}</Table.Td>
                  <Table.Td>{change.before === '' ? t('nothing') : <del>{change.before}</del>}</Table.Td>
                  <Table.Td>{change.after === '' ? t('nothing') : <ins>{change.after}</ins>}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {told.length > 0 && (
        <Table.ScrollContainer minWidth={320} type="native" tabIndex={0}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th colSpan={2}>{t('rest')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {told.map(([path, text]) => (
                <Table.Tr key={path}>
                  <Table.Td>{path}</Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{text}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}
