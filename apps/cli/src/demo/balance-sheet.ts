import type { Pool } from 'pg';

export interface SheetLine {
  who: string;
  what: string;
  utoma: bigint;
}

interface Money {
  fee: string;
  refund: string;
  charge_max: string;
  requester: string;
}

/** Who paid whom for one settled request; the lines add up to zero. Amounts in utoma. */
export async function balanceSheet(pool: Pool, request: bigint): Promise<SheetLine[]> {
  const id = request.toString();
  const { rows } = await pool.query<Money>(
    'select requester, charge_max, fee, refund from read.requests where request = $1',
    [id],
  );
  const money = rows[0];
  if (money === undefined) return [];
  const settled = await pool.query<{ body: Record<string, string> }>(
    "select body from read.request_timeline where request = $1 and type = 'request.settled.v1'",
    [id],
  );
  const fees = await pool.query<{ ticket: string; amount: string }>(
    'select ticket, amount from read.fees where request = $1 order by ticket',
    [id],
  );
  const body = settled.rows[0]?.body ?? {};
  return [
    { who: money.requester, what: 'escrow, paid in', utoma: -BigInt(money.charge_max) },
    { who: money.requester, what: 'unused, paid back', utoma: BigInt(money.refund) },
    ...fees.rows.map(({ ticket, amount }) => ({
      who: `node ${ticket}`,
      what: 'fee',
      utoma: BigInt(amount),
    })),
    { who: 'model owner', what: 'owner fee', utoma: BigInt(body['owner_fee'] ?? 0) },
    { who: 'treasury', what: 'dispatch and take', utoma: BigInt(body['treasury'] ?? 0) },
    { who: 'nobody', what: 'burned', utoma: BigInt(body['burned'] ?? 0) },
  ];
}

export const sheetTotal = (lines: readonly SheetLine[]): bigint =>
  lines.reduce((sum, line) => sum + line.utoma, 0n);

export const renderSheet = (lines: readonly SheetLine[]): string[] => [
  ...lines.map(
    ({ who, what, utoma }) =>
      `  ${who.padEnd(46)} ${what.padEnd(18)} ${String(utoma).padStart(14)} utoma`,
  ),
  `  ${'sum'.padEnd(65)} ${String(sheetTotal(lines)).padStart(14)} utoma`,
];
