import {
  executeAll,
  sendAll,
  walletFromSeed,
  type Chain,
  type IncludedTx,
  type Wallet,
} from '#libs/chain';
import { MsgSend } from 'cosmjs-types/cosmos/bank/v1beta1/tx';
import { InvariantViolation } from '#libs/service';
import { ownerKeys, publicKeys, writeWorkerKeys, type OwnerKeys } from './node-keys.js';
import { founding } from './plan.js';

interface NodeFounding {
  keysDir: string;
  model: string;
  echelon: string;
}

/** Funds the owners in one transaction, then lets each register, subscribe and bid; tickets in node order. */
export async function foundNodes(
  chain: Chain,
  faucet: Wallet,
  plan: NodeFounding,
): Promise<bigint[]> {
  const indexes = Array.from({ length: founding.nodes }, (_, at) => at + 1);
  const owners = await Promise.all(
    indexes.map(async (index) => {
      const keys = ownerKeys(plan.keysDir, index);
      return { index, keys, wallet: await walletFromSeed(keys.owner_seed, chain.network.prefix) };
    }),
  );
  await sendAll(
    chain,
    faucet,
    owners.map(({ wallet }) =>
      bankSend(chain, faucet, {
        to: wallet.address,
        amount: founding.collateral + founding.ownerGas,
      }),
    ),
  );
  return await Promise.all(owners.map((owner) => foundNode(chain, owner, plan)));
}

interface Owner {
  index: number;
  keys: OwnerKeys;
  wallet: Wallet;
}

async function foundNode(chain: Chain, owner: Owner, plan: NodeFounding): Promise<bigint> {
  const { collateral } = founding;
  const registered = await executeAll(chain, owner.wallet, [
    { msg: { deposit: {} }, funds: [{ denom: chain.network.denom, amount: collateral }] },
    { msg: { register_node: { ...publicKeys(owner.keys), collateral } } },
  ]);
  const ticket = ticketOf(registered);
  await executeAll(chain, owner.wallet, [
    { msg: { subscribe: { ticket, model: plan.model, echelon: plan.echelon } } },
    { msg: { bid: { ticket, model: plan.model, price: founding.bidOf(owner.index) } } },
  ]);
  writeWorkerKeys(plan.keysDir, { index: owner.index, ticket, keys: owner.keys });
  return ticket;
}

/** Moves coins between bank accounts. */
export const bankSend = (
  chain: Chain,
  from: Wallet,
  { to, amount }: { to: string; amount: bigint },
): { typeUrl: string; value: MsgSend } => ({
  typeUrl: MsgSend.typeUrl,
  value: MsgSend.fromPartial({
    fromAddress: from.address,
    toAddress: to,
    amount: [{ denom: chain.network.denom, amount: amount.toString() }],
  }),
});

function ticketOf(tx: IncludedTx): bigint {
  for (const { attributes } of tx.events) {
    const type = attributes.find(({ key }) => key === 'type')?.value;
    const body = attributes.find(({ key }) => key === 'body')?.value;
    if (type === 'node.registered.v1' && body !== undefined) {
      return BigInt((JSON.parse(body) as { ticket: string }).ticket);
    }
  }
  throw new InvariantViolation(`transaction ${tx.hash} registered no node`);
}
