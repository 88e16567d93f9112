import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { connect, openPrisma, prismaFolder } from './index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** `schema.table.column` of every field in schema.prisma. */
function columnsOfPrismaSchema(): string[] {
  const text = readFileSync(join(prismaFolder(), 'schema.prisma'), 'utf8');
  return [...text.matchAll(/^(?:model|view) \w+ \{\n(.*?)^\}/gms)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1];
    const schema = /@@schema\("(\w+)"\)/.exec(body)?.[1];
    const fields = body.split('\n').filter((line) => /^ {2}\w/.test(line));
    return fields.map((line) => {
      const column = / @map\("(\w+)"\)/.exec(line)?.[1] ?? line.trim().split(/\s+/)[0];
      return `${schema}.${table}.${column}`;
    });
  });
}

it('describes exactly the columns of ops and read', async () => {
  const pool = connect(database.adminUrl, { name: 'spec' });
  const { rows } = await pool.query<{ name: string }>(
    `SELECT table_schema || '.' || table_name || '.' || column_name AS name
     FROM information_schema.columns WHERE table_schema IN ('ops', 'read')`,
  );
  await pool.end();
  expect(columnsOfPrismaSchema().sort()).toEqual(rows.map((row) => row.name).sort());
});

it('writes and reads through the generated client', async () => {
  const prisma = await openPrisma(database.adminUrl);
  await prisma.lease.create({ data: { role: 'spec', holder: 'me', term: 2n ** 62n } });
  expect((await prisma.lease.findUniqueOrThrow({ where: { role: 'spec' } })).term).toBe(2n ** 62n);
  expect(await prisma.request.findMany()).toEqual([]);
  await prisma.$disconnect();
});
