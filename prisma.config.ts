import { defineConfig } from 'prisma/config';

// The schema engine is a download that no registry has. generate, validate and format only want it to exist; a command
// that would really use it fails loudly with this one (never `true`: deploy would then claim to have applied migrations).
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= '/bin/false';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
