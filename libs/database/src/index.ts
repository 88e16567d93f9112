export * from './config.js';
export * from './migrate.js';
export * from './migrations.js';
export * from './pool.js';
export * from './prisma.js';
export * from './projection-schema.js';
export { prismaFolder } from './sql-files.js';
export * from './tables.js';
