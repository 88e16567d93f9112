import type { Block, BlockResults, BlockTx, TxResult } from '#libs/chain';
import { chained, type BlockRecord, type LoggedTx, type Tip } from '#libs/log';
import { InvariantViolation } from '#libs/service';
import { contractEvents, isOfContract } from './contract-events.js';

export interface Watched {
  contract: string;
  posters: readonly string[];
}

export interface FetchedBlock {
  block: Block;
  results: BlockResults;
}

/**
 * One height as the log wants it: the contract's events with the hash chain recomputed, and every transaction that
 * calls the contract, touched it or comes from a poster, failed ones included. Throws if the rpc contradicts itself or
 * the event chain.
 */
export function blockRecord(
  { block, results }: FetchedBlock,
  tip: Tip,
  watched: Watched,
): BlockRecord {
  if (results.height !== block.height || results.txs.length !== block.txs.length) {
    throw new InvariantViolation(
      `height ${block.height}: the block has ${block.txs.length} transactions, its results ${results.txs.length}`,
    );
  }
  const hashes = block.txs.map((tx) => tx.hash);
  const events = contractEvents(results, { contract: watched.contract, hashes });
  return {
    chain_id: block.chainId,
    height: block.height,
    time: block.time,
    time_seconds: block.timeSeconds,
    block_hash: block.hash,
    previous_block_hash: block.previousHash,
    app_hash: block.appHash,
    ...chained(tip, { height: block.height, events }),
    events,
    txs: block.txs.flatMap((tx, index) => {
      const result = results.txs[index];
      return result !== undefined && isWatched(tx, result, watched) ? [loggedTx(tx, result)] : [];
    }),
  };
}

const isWatched = (tx: BlockTx, result: TxResult, watched: Watched): boolean =>
  tx.callsContract ||
  tx.signers.some((signer) => watched.posters.includes(signer)) ||
  result.events.some((event) => isOfContract(event, watched.contract));

const loggedTx = (tx: BlockTx, result: TxResult): LoggedTx => ({
  hash: tx.hash,
  index: tx.index,
  code: result.code,
  codespace: result.codespace,
  // A block of gas without limit is -1 on the chain; here it is none.
  gas_wanted: result.gasWanted < 0n ? 0n : result.gasWanted,
  gas_used: result.gasUsed,
  log: result.log.slice(0, LOG_CHARS_MAX),
  signers: tx.signers,
});

/** An error message worth reading; a chain may put a stack trace here. */
const LOG_CHARS_MAX = 2_000;
