import { z } from 'zod';
import { base64Bytes, canonicalAddress, toWire } from '#libs/chain';
import type { Answer } from '#libs/engine';
import type { DutyRef, InferPayload } from '#libs/jobs';
import {
  commitmentOf,
  commitmentSalt,
  encodeOutput,
  FINISH_REASON,
  finishReasonOf,
  leafOf,
  outputDigest,
  rootOfDigest,
  utf8,
  ZERO_HASH,
} from '#libs/protocol';
import type { Network } from '#libs/service';
import { readStored, writeOnce } from '#libs/storage';

const recordSchema = z.object({
  slot: z.number().int(),
  output: base64Bytes,
  d: base64Bytes,
  salt: base64Bytes,
  root: base64Bytes,
  leaf: base64Bytes,
  evidence_root: base64Bytes,
  output_tokens: z.number().int(),
  finish_reason: z.number().int(),
});

/** What a node computed for a duty and everything its commitment and its reveal are made of. */
export type WorkRecord = z.output<typeof recordSchema>;

const keyOf = (of: DutyRef): string => `work-${of.request}-${of.ticket}-${of.attempt}`;

/** The record of an earlier run, or null. */
export async function findWork(dir: string, of: DutyRef): Promise<WorkRecord | null> {
  const bytes = await readStored(dir, keyOf(of));
  return bytes === null ? null : parseRecord(bytes);
}

/** Stores the record on disk before anything about it is signed; an earlier run's record wins. */
export const storeWork = async (
  dir: string,
  of: DutyRef,
  record: WorkRecord,
): Promise<WorkRecord> =>
  parseRecord(await writeOnce(dir, keyOf(of), utf8(JSON.stringify(toWire(record)))));

/** The record of an answer: D, this slot's leaf, the root over all n leaves, and the salt the work key gives. */
export function recordOf(
  answer: Answer,
  of: { job: InferPayload; workKeySeed: Uint8Array },
): WorkRecord {
  const { job, workKeySeed } = of;
  const output = encodeOutput({
    finish: answer.finishReason,
    tokens: answer.tokenIds,
    text: answer.text,
  });
  const d = outputDigest(output);
  return {
    slot: job.slot,
    output,
    d,
    salt: commitmentSalt({ workKeySeed, ...duty(job) }),
    root: rootOfDigest(d, job.n),
    leaf: leafOf(d, job.slot),
    evidence_root: ZERO_HASH,
    output_tokens: answer.tokenIds.length,
    finish_reason: FINISH_REASON[answer.finishReason],
  };
}

/** The commitment to a record; D stays zero because `sampling` compares outputs exactly. */
export const commitmentTo = (record: WorkRecord, of: DutyRef, network: Network): Uint8Array =>
  commitmentOf({
    chainId: network.chain_id,
    contract: canonicalAddress(network.contract),
    ...duty(of),
    salt: record.salt,
    root: record.root,
    leaf: record.leaf,
    digest: ZERO_HASH,
    evidenceRoot: record.evidence_root,
    outputTokens: record.output_tokens,
    finish: finishReasonOf(record.finish_reason),
  });

const duty = ({ request, ticket, attempt }: DutyRef): DutyRef => ({ request, ticket, attempt });

const parseRecord = (bytes: Uint8Array): WorkRecord =>
  recordSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
