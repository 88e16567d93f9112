// Answers the 20 fixed prompts and counts dictionary words; fails below 95 %.
//   node test/model/check-words.mjs DICTIONARY [--write]
// DICTIONARY is a list of one word a line (docs/model.md says which); --write renews samples.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { answer, here, loadModel, prompts } from './engine.mjs';

const shareMin = 0.95;
const wordPattern = /[A-Za-z]+(?:'[A-Za-z]+)*/g;
const letters = new Set(['a', 'i', 'o']);

function readDictionary(path) {
  return new Set(
    readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.trim().toLowerCase()),
  );
}

/** A single letter other than a, I and O is no word, although lists name the letters. */
const isWord = (word, dictionary) => (word.length === 1 ? letters.has(word) : dictionary.has(word));

async function answers() {
  const { llama, model } = await loadModel();
  const samples = [];
  for (const prompt of prompts) {
    const { text, tokens, finish } = await answer(model, prompt, 1);
    samples.push({ prompt, answer: text, tokens: tokens.length, finish });
  }
  await llama.dispose();
  return samples;
}

const dictionaryPath = process.argv[2];
if (dictionaryPath === undefined) {
  console.error('usage: node test/model/check-words.mjs DICTIONARY [--write]');
  process.exit(2);
}
const dictionary = readDictionary(dictionaryPath);
const samples = await answers();
const words = samples.flatMap(({ answer: text }) => text.toLowerCase().match(wordPattern) ?? []);
const unknown = words.filter((word) => !isWord(word, dictionary));
const share = (words.length - unknown.length) / words.length;
const stops = samples.filter(({ finish }) => finish === 'stop').length;

if (process.argv.includes('--write')) {
  writeFileSync(join(here, 'samples.json'), `${JSON.stringify(samples, null, 2)}\n`);
}
console.log(
  `${words.length} words, ${new Set(words).size} different, ${unknown.length} not in the dictionary`,
);
console.log(`unknown: ${[...new Set(unknown)].join(' ') || '-'}`);
console.log(`finish stop: ${stops} of ${samples.length}`);
console.log(`dictionary share ${(share * 100).toFixed(2)} % (at least ${shareMin * 100} % wanted)`);
process.exitCode = words.length > 0 && share >= shareMin ? 0 : 1;
