/** The numbers themselves, below each chart. */
import type { ReactElement } from 'react';
import { useWords } from '../words/use-words.ts';
import { Wide } from './wide.tsx';

export interface NumbersTableProps {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell names the row. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly (string | number)[] }[];
}

export function NumbersTable({ caption, head, rows }: NumbersTableProps): ReactElement {
  const { number } = useWords();
  return (
    <Wide label={caption}>
      <table className="numbers">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((words) =>
              words === '' ? (
                <td key="names" />
              ) : (
                <th key={words} scope="col">
                  {words}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [name, ...cells] }) => (
            <tr key={key}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              {cells.map((cell, place) => (
                <td key={head[place + 1]} className={isFigure(cell) ? 'figures' : undefined}>
                  {typeof cell === 'number' ? number(cell) : <bdi>{cell}</bdi>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

/** Sums of money, times and shares stand in line as numbers do. */
function isFigure(cell: string | number): boolean {
  return typeof cell === 'number' || /^[\p{Cf}–−+]*[\p{Sc}\d]|^–$/u.test(cell);
}
