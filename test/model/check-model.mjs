// Recomputes every hash in model.json from the file alone, then checks that decoding repeats itself.
//   node test/model/check-model.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readGgufFileInfo } from 'node-llama-cpp';

import { answer, folder, loadModel, prompts, sha256 } from './engine.mjs';

const runs = 10;
const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
const failures = [];

function check(name, actual, expected) {
  const ok = actual === expected;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${ok ? '' : `: ${actual}, expected ${expected}`}`);
  if (!ok) failures.push(name);
}

const be32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const be64 = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

/** Root of the leaves by recursion over the largest power of two: the same tree as promoting odd nodes. */
function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return sha256(Buffer.of(1), root(leaves.slice(0, split)), root(leaves.slice(split)));
}

function checkFiles() {
  const leaves = [];
  for (const { path, size, sha256: expected } of manifest.files) {
    const content = readFileSync(join(folder, path));
    check(`${path} size`, content.length, size);
    check(`${path} sha256`, sha256(content).toString('hex'), expected);
    for (let i = 0; i * manifest.chunk_size < content.length; i += 1) {
      const chunk = content.subarray(i * manifest.chunk_size, (i + 1) * manifest.chunk_size);
      leaves.push(sha256(Buffer.of(0), be32(Buffer.byteLength(path)), path, be64(i), chunk));
    }
  }
  check(
    `weights_root of ${leaves.length} chunks`,
    root(leaves).toString('hex'),
    manifest.weights_root,
  );
}

async function checkMetadata() {
  const { metadata } = await readGgufFileInfo(join(folder, manifest.files[0].path), {
    logWarnings: false,
  });
  const { ggml, chat_template: template } = metadata.tokenizer;
  const tokenizer = JSON.stringify({
    merges: ggml.merges,
    tokens: ggml.tokens,
    types: ggml.token_type,
  });
  check('tokenizer_hash', sha256(tokenizer).toString('hex'), manifest.tokenizer_hash);
  check('template_hash', sha256(template).toString('hex'), manifest.template_hash);
  check('context_limit', metadata.llama.context_length, manifest.context_limit);
}

async function checkDecoding() {
  const { llama, model } = await loadModel();
  const text = "Hello, w\u00f6rld \u2014 it's  fine.\n\u201cok\u201d 12 \u{1f600}";
  check('tokens round-trip', model.detokenize(model.tokenize(text)), text);
  for (const prompt of prompts) {
    const first = (await answer(model, prompt, 1)).tokens.join();
    const seen = new Set([first, (await answer(model, prompt, 2)).tokens.join()]);
    for (let run = 1; run < runs; run += 1)
      seen.add((await answer(model, prompt, 1)).tokens.join());
    check(`${runs} runs on 1 thread, 1 on 2: "${prompt}"`, seen.size, 1);
  }
  await llama.dispose();
}

checkFiles();
await checkMetadata();
await checkDecoding();
console.log(`${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
