import { describe, expect, it } from 'vitest';
import type { Model } from '#libs/engine';
import { toBase64 } from '#libs/protocol';
import { PermanentError } from '#libs/service';
import { sealingPublicKey, workPublicKey } from '#libs/storage';
import { servable, type RegisteredModel, type RegisteredTicket } from './registration.js';

const keys = { ticket: 41n, workKeySeed: seed(1), sealingKeySeed: seed(2) };
const facts: RegisteredModel = {
  weights_root: 'a1'.repeat(32),
  tokenizer_hash: 'b2'.repeat(32),
  template_hash: 'c3'.repeat(32),
  chunk_size: 65_536,
};
const ownTicket: RegisteredTicket = {
  work_key: toBase64(workPublicKey(keys.workKeySeed)),
  sealing_key: toBase64(sealingPublicKey(keys.sealingKeySeed)),
};

function seed(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

const modelOf = (id: string): Model => ({
  ...{ id, architecture: 'toy', unit: 'token', context_limit: 512, metadata_uri: '', dir: '' },
  ...facts,
  files: [],
});

/** Serves `toy-1` and `toy-2`, of which the chain says this. */
function serve(
  found: {
    ticket?: RegisteredTicket | null;
    first?: RegisteredModel | null;
    second?: RegisteredModel | null;
  } = {},
): string[] {
  const { ticket = ownTicket, first = facts, second = facts } = found;
  const models = new Map([
    ['toy-1', first],
    ['toy-2', second],
  ]);
  const held = { keys, models: [modelOf('toy-1'), modelOf('toy-2')] };
  return [...servable(held, { ticket, models })];
}

const foreign = (why: string) => new PermanentError('foreign_ticket', `ticket 41 ${why}`);
const unregistered = (field: string, root = facts.weights_root) =>
  new PermanentError(
    'unregistered_weights',
    `toy-1 differs from the registered one in ${field}: ` +
      `held weights root ${facts.weights_root}, registered ${root}`,
  );

describe('the models a node may serve', () => {
  it('are all it holds when the chain has them and its keys', () => {
    expect(serve()).toEqual(['toy-1', 'toy-2']);
  });

  it('are not those that the chain does not know', () => {
    expect(serve({ first: null })).toEqual(['toy-2']);
  });

  it('are never none', () => {
    expect(() => serve({ first: null, second: null })).toThrow(
      new PermanentError('no_registered_model', 'the chain knows none of toy-1, toy-2'),
    );
  });
});

describe('a ticket is refused', () => {
  it('that is not on chain', () => {
    expect(() => serve({ ticket: null })).toThrow(foreign('is not on chain'));
  });

  it('that another work key acts for', () => {
    const work_key = toBase64(workPublicKey(seed(3)));
    expect(() => serve({ ticket: { ...ownTicket, work_key } })).toThrow(
      foreign('is registered with another work key'),
    );
  });

  it('whose inputs are sealed to another key', () => {
    const sealing_key = toBase64(sealingPublicKey(seed(3)));
    expect(() => serve({ ticket: { ...ownTicket, sealing_key } })).toThrow(
      foreign('is registered with another sealing key'),
    );
  });
});

describe('a model is refused', () => {
  it('with another weights root, naming both', () => {
    const root = 'd4'.repeat(32);
    expect(() => serve({ first: { ...facts, weights_root: root } })).toThrow(
      unregistered('weights_root', root),
    );
  });

  it.each(['tokenizer_hash', 'template_hash'] as const)('with another %s', (field) => {
    expect(() => serve({ first: { ...facts, [field]: 'd4'.repeat(32) } })).toThrow(
      unregistered(field),
    );
  });

  it('with another chunk size', () => {
    expect(() => serve({ first: { ...facts, chunk_size: 64 } })).toThrow(
      unregistered('chunk_size'),
    );
  });

  it('even when another one of the node is right', () => {
    expect(() => serve({ second: { ...facts, chunk_size: 64 } })).toThrow(/^toy-2 differs/);
  });
});
