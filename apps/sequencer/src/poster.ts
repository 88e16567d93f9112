import { executeMessage, signTx, type Chain, type Crank, type Wallet } from '#libs/chain';
import { inTransaction, type Pool } from '#libs/database';
import { errorFields, TransientError, type Logger } from '#libs/service';
import { Follower } from './follower.js';
import { txGas } from './gas.js';
import { holdTerm, type LaneTerm } from './term.js';
import { markSent, openTxs, sequenceAfterObserved, storeTx, type OpenTx } from './tx-store.js';

/** Blocks after which a signed transaction can no longer be included. */
const TIMEOUT_BLOCKS = 60n;
/** Blocks before its timeout from which a transaction is not sent again: it would only fail in a block. */
const LAST_BLOCKS = 5n;
/** A transaction that the log has not shown after this is sent again. */
const RESEND_MS = 2_000;
/** The chain's codes (codespace sdk) for a transaction that it has already, or that its mempool has no room for. */
const ALREADY_KNOWN = 19;
const MEMPOOL_FULL = 20;
const WRONG_SEQUENCE = 32;

/** What a poster needs from around it. */
export interface PosterOptions {
  pool: Pool;
  chain: Chain;
  wallet: Wallet;
  term: LaneTerm;
  log: Logger;
}

/**
 * Brings messages on chain from one account, one after the other: signed, stored, and only then sent. What is stored
 * is sent again as it is until our own log shows it or no block can include it any more.
 */
export class Poster {
  readonly follower: Follower;
  readonly #sentAt = new Map<string, number>();

  constructor(private readonly options: PosterOptions) {
    this.follower = new Follower(options.pool, options.term, options.log);
  }

  /** Stored transactions without an end, after the log was asked about them; those that wait are sent again. */
  async settle(): Promise<OpenTx[]> {
    const height = await this.follower.follow();
    const open = await this.open();
    for (const tx of open.filter(({ timeoutHeight }) => timeoutHeight - height > LAST_BLOCKS)) {
      if (Date.now() - (this.#sentAt.get(tx.hash) ?? 0) >= RESEND_MS)
        await this.#send(tx.hash, tx.bytes, tx.sequence);
    }
    return open;
  }

  async open(): Promise<OpenTx[]> {
    return await openTxs(this.options.pool, this.options.term);
  }

  /** Signs the messages as one transaction, stores it with its members, then sends it. Returns its hash. */
  async post(
    messages: readonly Crank[],
    of: { members: bigint[]; open: readonly OpenTx[] },
  ): Promise<string> {
    const { chain, wallet, pool, term } = this.options;
    const { network } = chain;
    const { accountNumber, sequence } = await this.#nextSequence(of.open);
    const { latestHeight } = await chain.blocks.status();
    const factor = this.follower.gasFactor(of.members.length);
    const gas = txGas(messages, factor.now);
    const timeoutHeight = latestHeight + TIMEOUT_BLOCKS;
    const signed = await signTx(wallet, {
      messages: messages.map((msg) => executeMessage(wallet.address, network.contract, { msg })),
      chainId: network.chain_id,
      accountNumber,
      sequence,
      gas,
      gasPrice: network.gas_price,
      timeoutHeight,
    });
    factor.signed(signed.hash);
    await inTransaction(pool, async (client) => {
      await holdTerm(client, term);
      const account = wallet.address;
      await storeTx(client, term, {
        ...signed,
        account,
        sequence,
        timeoutHeight,
        gas,
        members: of.members,
      });
    });
    await this.#send(signed.hash, signed.bytes, sequence);
    return signed.hash;
  }

  /** The lowest sequence that the chain still takes and that no stored transaction holds. */
  async #nextSequence(
    open: readonly OpenTx[],
  ): Promise<{ accountNumber: bigint; sequence: bigint }> {
    const { chain, wallet, pool } = this.options;
    const account = await chain.account(wallet.address);
    if (account === undefined) throw new TransientError(`${wallet.address} has no coins for gas`);
    const observed = await sequenceAfterObserved(pool, wallet.address);
    const held = new Set(open.map((tx) => tx.sequence));
    let sequence = observed > account.sequence ? observed : account.sequence;
    while (held.has(sequence)) sequence += 1n;
    return { accountNumber: account.accountNumber, sequence };
  }

  /** A lost answer is no failure: the bytes are stored and will be sent again. */
  async #send(hash: string, bytes: Uint8Array, sequence: bigint): Promise<void> {
    const { chain, pool, log } = this.options;
    this.#sentAt.set(hash, Date.now());
    try {
      const answer = await chain.broadcast(bytes);
      switch (answer.code) {
        case 0:
        case ALREADY_KNOWN:
          await markSent(pool, hash);
          return;
        case WRONG_SEQUENCE:
          await this.#checkOvertaken(hash, sequence);
          return;
        case MEMPOOL_FULL:
          log.warn({ txHash: hash }, 'mempool is full');
          return;
        default:
          log.error({ txHash: hash, ...answer }, 'transaction rejected');
      }
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      log.warn({ txHash: hash, ...errorFields(error) }, 'broadcast got no answer');
    }
  }

  /** A sequence below the account's is used up: by this transaction, or by another one at a height we can name. */
  async #checkOvertaken(hash: string, sequence: bigint): Promise<void> {
    const { chain, wallet } = this.options;
    const account = await chain.account(wallet.address);
    if (account === undefined || account.sequence <= sequence) return;
    const { latestHeight } = await chain.blocks.status();
    this.follower.overtaken(hash, latestHeight);
  }
}
