import { ActionIcon } from '@mantine/core';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { FoundSku } from '../../client/types.ts';

/** The lines of a form over SKUs: the goods on the left, the form's own cells after, and a way to take a line out. */
export function Lines<Line extends { readonly sku: FoundSku }>({
  lines,
  headers,
  cells,
  onRemove,
}: {
  lines: readonly Line[];
  headers: readonly string[];
  cells: (line: Line) => readonly ReactNode[];
  onRemove: (line: Line) => void;
}) {
  const t = useTranslations('lines');
  if (lines.length === 0) return <p className="os-soft">{t('none')}</p>;
  return (
    <table className="os-lines">
      <thead>
        <tr>
          <th scope="col">{t('sku')}</th>
          {headers.map((header) => (
            <th key={header} scope="col">
              {header}
            </th>
          ))}
          <th>
            <span className="os-hidden">{t('remove')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.sku.id}>
            <td>
              {line.sku.name}
              <span className="os-code" style={{ display: 'block' }}>
                {line.sku.code}
              </span>
            </td>
            {cells(line).map((cell, at) => (
              <td key={headers[at]}>{cell}</td>
            ))}
            <td style={{ width: 44 }}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t('removeLine', { name: line.sku.name })}
                onClick={() => onRemove(line)}
              >
                <X size={16} aria-hidden="true" />
              </ActionIcon>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
