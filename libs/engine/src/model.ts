import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PermanentError } from '#libs/service';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const modelSchema = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{2,63}$/),
  architecture: z.string().min(1),
  unit: z.string().min(1),
  context_limit: z.number().int().positive(),
  chunk_size: z.number().int().positive(),
  files: z
    .array(
      z.object({
        path: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
        size: z.number().int().nonnegative(),
        sha256: hash,
      }),
    )
    .min(1),
  weights_root: hash,
  tokenizer_hash: hash,
  template_hash: hash,
  metadata_uri: z.string(),
});

/** A model as its model.json describes it, with the folder that holds its files. Hashes are lower-case hex. */
export type Model = z.output<typeof modelSchema> & { dir: string };

/** Every model below a directory: one folder a model, each with a model.json. Two of one id are refused. */
export function listModels(modelDir: string): Model[] {
  const models = readdirSync(modelDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(modelDir, entry.name, 'model.json')))
    .map((entry) => parseModel(join(modelDir, entry.name)));
  const ids = new Set(models.map((model) => model.id));
  if (ids.size !== models.length) {
    throw new PermanentError('ambiguous_model', `${modelDir} holds two folders of one model id`);
  }
  return models;
}

/** The model of this id; the folder may have any name. Unknown ids and broken files are `PermanentError`. */
export function readModel(modelDir: string, id: string): Model {
  const model = listModels(modelDir).find((candidate) => candidate.id === id);
  if (model === undefined) {
    throw new PermanentError('unknown_model', `${modelDir} holds no model ${id}`);
  }
  return model;
}

/** The one file a GGUF model is loaded from. */
export function weightsFile(model: Model): string {
  const gguf = model.files.find((file) => file.path.endsWith('.gguf'));
  if (gguf === undefined) throw new PermanentError('no_weights', `${model.id} has no GGUF file`);
  return join(model.dir, gguf.path);
}

function parseModel(dir: string): Model {
  const file = join(dir, 'model.json');
  const parsed = modelSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return { ...parsed.data, dir };
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new PermanentError('bad_model', `${file}: ${problems.join('; ')}`);
}
