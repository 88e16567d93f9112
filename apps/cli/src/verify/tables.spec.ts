import { describe, expect, it } from 'vitest';
import { compareRows } from './tables.js';

const check = { table: 'tickets', key: 'ticket' };
const rows = [
  { ticket: '1', locked: '0' },
  { ticket: '2', locked: '50' },
];

describe('compareRows', () => {
  it('agrees on equal rows in any order and counts them', () => {
    expect(compareRows(check, rows, [...rows].reverse())).toEqual({
      table: 'tickets',
      rows: 2,
      difference: undefined,
    });
  });

  it('names the row and the column that differ', () => {
    const chain = [
      { ticket: '1', locked: '0' },
      { ticket: '2', locked: '51' },
    ];
    expect(compareRows(check, rows, chain).difference).toBe(
      '2: locked is 50, the contract says 51',
    );
  });

  it('names a row that only one side has', () => {
    expect(compareRows(check, rows, rows.slice(0, 1)).difference).toBe('2 is not in the contract');
    expect(compareRows(check, rows.slice(0, 1), rows).difference).toBe('2 is missing');
  });
});
