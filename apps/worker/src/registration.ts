import { connectChain, queries, type modelAnswer, type ticketAnswer } from '#libs/chain';
import type { Model } from '#libs/engine';
import { bytesEqual, fromBase64 } from '#libs/protocol';
import { PermanentError, type Network } from '#libs/service';
import { sealingPublicKey, workPublicKey } from '#libs/storage';
import type { z } from 'zod';
import type { NodeKeys } from './node-keys.js';

export type RegisteredTicket = Pick<z.output<typeof ticketAnswer>, 'work_key' | 'sealing_key'>;
export type RegisteredModel = Pick<
  z.output<typeof modelAnswer>,
  'weights_root' | 'tokenizer_hash' | 'template_hash' | 'chunk_size'
>;

/** What the chain says about a node; null is what it does not know. */
export interface Registration {
  ticket: RegisteredTicket | null;
  models: ReadonlyMap<string, RegisteredModel | null>;
}

/**
 * The ids of the models that this node may serve. A ticket that has other keys than the node is `foreign_ticket`,
 * a model that differs from the registered one `unregistered_weights`. A model that the chain does not know is
 * left out; when none is left that is `no_registered_model`.
 */
export function servable(
  held: { keys: NodeKeys; models: readonly Model[] },
  found: Registration,
): ReadonlySet<string> {
  checkTicket(held.keys, found.ticket);
  const ids = new Set<string>();
  for (const model of held.models) {
    const registered = found.models.get(model.id) ?? null;
    if (registered === null) continue;
    checkModel(model, registered);
    ids.add(model.id);
  }
  if (ids.size === 0) {
    const names = held.models.map(({ id }) => id).join(', ');
    throw new PermanentError('no_registered_model', `the chain knows none of ${names}`);
  }
  return ids;
}

function checkTicket(keys: NodeKeys, registered: RegisteredTicket | null): void {
  if (registered === null) throw foreign(keys, 'is not on chain');
  if (!bytesEqual(fromBase64(registered.work_key), workPublicKey(keys.workKeySeed))) {
    throw foreign(keys, 'is registered with another work key');
  }
  if (!bytesEqual(fromBase64(registered.sealing_key), sealingPublicKey(keys.sealingKeySeed))) {
    throw foreign(keys, 'is registered with another sealing key');
  }
}

const foreign = (keys: NodeKeys, why: string): PermanentError =>
  new PermanentError('foreign_ticket', `ticket ${keys.ticket} ${why}`);

/** The error always names both roots; what differs may be another field. */
function checkModel(model: Model, registered: RegisteredModel): void {
  const fields = ['weights_root', 'tokenizer_hash', 'template_hash', 'chunk_size'] as const;
  const differing = fields.filter((field) => model[field] !== registered[field]);
  if (differing.length === 0) return;
  throw new PermanentError(
    'unregistered_weights',
    `${model.id} differs from the registered one in ${differing.join(', ')}: ` +
      `held weights root ${model.weights_root}, registered ${registered.weights_root}`,
  );
}

/** Asks the chain; `TransientError` when no rpc answers. */
export async function fetchRegistration(
  network: Network,
  of: { ticket: bigint; models: readonly string[] },
): Promise<Registration> {
  const chain = connectChain(network);
  const ticket = await queries.ticket(chain, of.ticket).catch(unlessAbsent('ticket'));
  const models = new Map<string, RegisteredModel | null>();
  for (const id of of.models) {
    models.set(id, await queries.model(chain, id).catch(unlessAbsent('model')));
  }
  return { ticket, models };
}

/** CosmJS passes a contract's refusal on in its text alone. */
const unlessAbsent =
  (what: string) =>
  (error: unknown): null => {
    if (error instanceof Error && error.message.includes(`there is no ${what} `)) return null;
    throw error;
  };
