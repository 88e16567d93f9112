import { createHash } from 'node:crypto';
import type { LlamaModel, Token } from 'node-llama-cpp';
import { PermanentError } from '#libs/service';
import { CHATML_TEMPLATE, renderChat, templateHashOf, type Message } from './chat-template.js';
import { llamaLibrary } from './llama-library.js';
import { weightsFile, type Model } from './model.js';

/** A model's tokenizer without its weights: what the gateway needs to make and to read tokens. */
export interface Vocabulary {
  /** Canonical input tokens of a conversation, ending where the assistant's answer begins. */
  tokenizeChat(messages: readonly Message[]): number[];
  /** Tokens of plain text; control tokens written out in it stay text. */
  tokenize(text: string): number[];
  /** The text of tokens, without control tokens. */
  detokenize(tokens: readonly number[]): string;
  readonly tokenizerHash: string;
  readonly templateHash: string;
  close(): Promise<void>;
}

/** Loads the vocabulary alone and checks it against model.json: another tokenizer or template is refused. */
export async function loadVocabulary(model: Model): Promise<Vocabulary> {
  const llama = await llamaLibrary();
  const loaded = await llama.loadModel({ modelPath: weightsFile(model), vocabOnly: true });
  try {
    checkVocabulary(model, loaded);
  } catch (error) {
    await loaded.dispose();
    throw error;
  }
  return vocabularyOf(model, loaded);
}

/** The vocabulary of a model that is already loaded and checked. */
export function vocabularyOf(model: Model, loaded: LlamaModel): Vocabulary {
  const tokenize = (text: string): number[] => loaded.tokenize(text, false);
  const control = new Map<string, number>();
  const controlToken = (text: string): number => {
    const known = control.get(text) ?? singleToken(loaded, text);
    control.set(text, known);
    return known;
  };
  return {
    tokenizerHash: model.tokenizer_hash,
    templateHash: model.template_hash,
    tokenize,
    tokenizeChat: (messages) =>
      renderChat(messages).flatMap((piece) =>
        'text' in piece ? tokenize(piece.text) : [controlToken(piece.control)],
      ),
    detokenize: (tokens) => loaded.detokenize(tokens.map(asToken)),
    close: () => loaded.dispose(),
  };
}

/** node-llama-cpp brands token ids; ours arrive as numbers from a canonical input. */
export const asToken = (id: number): Token => id as Token;

/** Refuses a GGUF whose tokenizer or template is not the one that model.json (and so the chain) names. */
export function checkVocabulary(model: Model, loaded: LlamaModel): void {
  const { tokenizer } = loaded.fileInfo.metadata;
  const template = templateHashOf(tokenizer.chat_template ?? '');
  if (template !== model.template_hash || template !== templateHashOf(CHATML_TEMPLATE)) {
    throw new PermanentError(
      'template_mismatch',
      `${model.id}: its chat template has hash ${template}`,
    );
  }
  const { merges, tokens, token_type: types } = tokenizer.ggml;
  // Keys in RFC 8785 order; strings and integers are canonical as JSON.stringify writes them.
  const content = JSON.stringify({ merges, tokens, types });
  const found = createHash('sha256').update(content, 'utf8').digest('hex');
  if (found !== model.tokenizer_hash) {
    throw new PermanentError('tokenizer_mismatch', `${model.id}: its tokenizer has hash ${found}`);
  }
}

function singleToken(loaded: LlamaModel, text: string): number {
  const tokens = loaded.tokenize(text, true);
  const [token] = tokens;
  if (token === undefined || tokens.length !== 1) {
    throw new PermanentError('tokenizer_mismatch', `the vocabulary has no control token ${text}`);
  }
  return token;
}
