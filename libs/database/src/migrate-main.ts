import { createLogger, errorFields, exitCodeOf, parseConfig } from '#libs/service';
import { databaseConfig } from './config.js';
import { migrateDatabase } from './migrate.js';

const log = createLogger('migrate');
try {
  const { DATABASE_URL } = parseConfig(databaseConfig);
  log.info({ applied: await migrateDatabase({ adminUrl: DATABASE_URL }) }, 'database migrated');
} catch (error) {
  log.fatal(errorFields(error), 'migration failed');
  process.exitCode = exitCodeOf(error);
}
