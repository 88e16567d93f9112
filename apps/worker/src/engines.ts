import {
  createHttpEngine,
  createLlamaEngine,
  createToyEngine,
  listModels,
  verifyWeights,
  type Engine,
  type Model,
} from '#libs/engine';
import { PermanentError, type Logger } from '#libs/service';
import { readStored, writeOnce } from '#libs/storage';
import type { WorkerConfig } from './config.js';

/** A model whose weights were checked, with the engine that runs it. */
export interface Runner {
  model: Model;
  engine: Engine;
}

/**
 * Engines of all models below MODEL_DIR, each only after every chunk of its weights was checked against its
 * root: a wrong one is refused by file and chunk (`bad_weights`) before any job is taken.
 */
export async function loadRunners(config: WorkerConfig, log: Logger): Promise<Map<string, Runner>> {
  const models = listModels(config.MODEL_DIR);
  if (models.length === 0) throw new PermanentError('unknown_model', 'MODEL_DIR holds no model');
  const runners = new Map<string, Runner>();
  for (const model of models) {
    await checkWeights(config.WORK_DIR, model);
    log.info({ model: model.id, weightsRoot: model.weights_root }, 'weights verified');
    runners.set(model.id, { model, engine: await createEngine(config, model) });
  }
  return runners;
}

/** The leaves of a success are kept, so that a later failure can name the chunk. */
async function checkWeights(workDir: string, model: Model): Promise<void> {
  const key = `weights-${model.weights_root}`;
  const leaves = await verifyWeights(model, await readStored(workDir, key));
  await writeOnce(workDir, key, leaves);
}

async function createEngine(config: WorkerConfig, model: Model): Promise<Engine> {
  switch (config.ENGINE) {
    case 'llama':
      return createLlamaEngine(model);
    case 'http':
      return createHttpEngine({ url: config.ENGINE_URL ?? '', model });
    case 'toy':
      return createToyEngine({ model: model.id, contextLimit: model.context_limit });
  }
}
