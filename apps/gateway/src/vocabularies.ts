import { listModels, loadVocabulary, type Vocabulary } from '#libs/engine';

/** The tokenizers of the models in MODEL_DIR; each is loaded when first asked for. */
export class Vocabularies {
  readonly #loaded = new Map<string, Promise<Vocabulary>>();

  constructor(private readonly modelDir: string) {}

  /** The vocabulary of a model, or null where this gateway holds no such model. */
  async of(id: string): Promise<Vocabulary | null> {
    const known = this.#loaded.get(id);
    if (known !== undefined) return await known;
    const model = listModels(this.modelDir).find((candidate) => candidate.id === id);
    if (model === undefined) return null;
    const loading = loadVocabulary(model);
    this.#loaded.set(id, loading);
    loading.catch(() => this.#loaded.delete(id));
    return await loading;
  }

  /** Loads all of them, so that no call waits for it; returns their ids. */
  async loadAll(): Promise<string[]> {
    const ids = listModels(this.modelDir).map(({ id }) => id);
    for (const id of ids) await this.of(id);
    return ids;
  }

  async close(): Promise<void> {
    const all = [...this.#loaded.values()];
    this.#loaded.clear();
    for (const vocabulary of await Promise.all(all)) await vocabulary.close();
  }
}
