import { createHash, randomBytes, randomInt } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canonicalAddress, toWire } from '#libs/chain';
import { createToyEngine } from '#libs/engine';
import { jobId, JobQueues, type Job } from '#libs/jobs';
import {
  canonicalJson,
  commitmentOf,
  decodeOutput,
  deliveryDigest,
  ed25519Verify,
  inputHashOf,
  leafOf,
  modelInput,
  modelParams,
  outputDigest,
  paramsHashOf,
  rootOfDigest,
  toBase64,
  toHex,
  utf8,
  weightsRoot,
} from '#libs/protocol';
import { createLogger } from '#libs/service';
import {
  inputContext,
  open,
  outputContext,
  seal,
  sealingPublicKey,
  workPublicKey,
} from '#libs/storage';
import { ChainEnd } from '../../../test/support/chain-end.js';
import { NodeEnds } from '../../../test/support/node-ends.js';
import { stackState } from '../../../test/support/stack.js';
import { compileWorker, WorkerProcess } from '../../../test/support/worker-process.js';

const { redis } = stackState().urls;
const network = { chain_id: 'spec-1', contract: 'wasm19jxl0gtzfz0c25t8prr99m5jmugmrf670wa9hx' };
const tokenizer = '11'.repeat(32);
const template = '22'.repeat(32);
const weights = Buffer.alloc(300, 3);

let main: string;
let dir: string;
let ticket: bigint;
let keys: { work: Buffer; sealing: Buffer };
let gatewaySeed: Buffer;
let ends: NodeEnds;
let chain: ChainEnd;
let queues: JobQueues;
let workers: WorkerProcess[];

beforeAll(() => {
  main = compileWorker();
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'atoma-worker-'));
  ticket = BigInt(randomInt(1e9, 1e12));
  keys = { work: randomBytes(32), sealing: randomBytes(32) };
  gatewaySeed = randomBytes(32);
  ends = new NodeEnds({ scope: network, workKey: workPublicKey(keys.work), gatewaySeed });
  chain = new ChainEnd(network.contract);
  await Promise.all([ends.listen(), chain.listen()]);
  queues = new JobQueues({ url: redis, log: createLogger('spec', 'silent') });
  workers = [];
  await writeFiles();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
  await queues.close();
  await Promise.all([ends.close(), chain.close()]);
  await rm(dir, { recursive: true, force: true });
});

async function writeFiles(): Promise<void> {
  await mkdir(join(dir, 'models', 'toy'), { recursive: true });
  await writeFile(join(dir, 'models', 'toy', 'toy.gguf'), weights);
  const root = await weightsRoot([{ path: 'toy.gguf', content: [weights] }], 64);
  const sha256 = createHash('sha256').update(weights).digest('hex');
  const model = {
    ...{ id: 'toy-1', architecture: 'toy', unit: 'token', context_limit: 512, chunk_size: 64 },
    files: [{ path: 'toy.gguf', size: weights.length, sha256 }],
    ...{
      weights_root: toHex(root),
      tokenizer_hash: tokenizer,
      template_hash: template,
      metadata_uri: '',
    },
  };
  await writeFile(join(dir, 'models', 'toy', 'model.json'), JSON.stringify(model));
  const { weights_root, tokenizer_hash, template_hash, chunk_size } = model;
  chain.models.set('toy-1', { weights_root, tokenizer_hash, template_hash, chunk_size });
  chain.tickets.set(ticket.toString(), {
    work_key: toBase64(workPublicKey(keys.work)),
    sealing_key: toBase64(sealingPublicKey(keys.sealing)),
  });
  const nodeKeys = {
    ticket: ticket.toString(),
    work_key_seed: keys.work.toString('hex'),
    sealing_key_seed: keys.sealing.toString('hex'),
  };
  await writeFile(join(dir, 'keys.json'), JSON.stringify(nodeKeys));
  const described = {
    ...network,
    ...{
      name: 'spec',
      rpcs: [chain.url],
      prefix: 'wasm',
      denom: 'utoma',
      gas_price: '0utoma',
    },
    beacon: { url: 'http://127.0.0.1:1', public_key: 'aa', genesis: '0', period: '1' },
    ...{ start_height: '1', trusted_validators: [] },
  };
  await writeFile(join(dir, 'network.json'), JSON.stringify(described));
}

async function startWorker(): Promise<WorkerProcess> {
  const worker = new WorkerProcess(main, {
    NETWORK_FILE: join(dir, 'network.json'),
    LOG_LEVEL: 'debug',
    HTTP_PORT: '0',
    REDIS_JOBS_URL: redis,
    GATEWAY_URL: ends.url,
    SEQUENCER_URL: ends.url,
    NODE_KEYS_FILE: join(dir, 'keys.json'),
    WORK_DIR: join(dir, 'work'),
    MODEL_DIR: join(dir, 'models'),
    ENGINE: 'toy',
  });
  workers.push(worker);
  await worker.logged('taking jobs');
  return worker;
}

const input = modelInput({ salt: 'ab'.repeat(16), template, tokenizer, tokens: [5, 6, 7] });
const params = modelParams({ max_output_tokens: 30, stop: [] });

/** An infer job of request 7, slot 2 of 3, and its input on the gateway's side. */
function inferJob(
  change: { input?: typeof input; acceptInSeconds?: number } = {},
): Extract<Job, { kind: 'infer' }> {
  const job: Extract<Job, { kind: 'infer' }> = {
    kind: 'infer',
    payload: {
      ...{ request: 7n, slot: 2, attempt: 0, ticket, n: 3, model: 'toy-1', price: 3n, run: '1' },
      input_hash: toHex(inputHashOf(input)),
      params_hash: toHex(paramsHashOf(params)),
      ...{ input_tokens: 3, max_output_tokens: 30 },
      accept_by: BigInt(Math.floor(Date.now() / 1_000) + (change.acceptInSeconds ?? 60)),
    },
  };
  const plaintext = utf8(canonicalJson({ input: change.input ?? input, params }));
  const sealed = seal(sealingPublicKey(keys.sealing), plaintext, inputContext(7n, ticket));
  ends.inputs.set(`/node/v1/inputs/7/${job.payload.input_hash}`, sealed);
  return job;
}
const revealJob = (): Job => ({
  kind: 'reveal',
  payload: { request: 7n, slot: 2, attempt: 0, ticket, run: '1' },
});
const fate = (job: Job) => queues.fateOf(ticket, jobId(job.kind, job.payload));

/** The commitment that a reveal opens. */
function commitmentOpened(reveal: Record<string, unknown>): Uint8Array {
  const { salt, root, leaf, evidence_root: evidenceRoot } = reveal as Record<string, Uint8Array>;
  return commitmentOf({
    ...{ chainId: network.chain_id, contract: canonicalAddress(network.contract) },
    ...{ request: 7n, ticket, attempt: 0 },
    salt: salt ?? new Uint8Array(),
    root: root ?? new Uint8Array(),
    leaf: leaf ?? new Uint8Array(),
    evidenceRoot: evidenceRoot ?? new Uint8Array(),
    digest: new Uint8Array(32),
    outputTokens: Number(reveal['output_tokens']),
    finish: reveal['finish_reason'] === 1 ? 'stop' : 'length',
  });
}

describe('a worker', { timeout: 60_000 }, () => {
  it('accepts, commits, reveals what it committed to, and delivers it sealed and signed', async () => {
    await startWorker();
    await queues.add([inferJob()]);
    await expect.poll(() => ends.kinds(), { timeout: 15_000 }).toEqual(['accept_input', 'commit']);
    await queues.add([revealJob()]);
    await expect.poll(() => ends.outputs.length, { timeout: 15_000 }).toBe(1);
    const bodies: unknown[] = ends.actions.map(({ action }) => Object.values(action)[0]);
    const [, commit, reveal] = bodies as Record<string, unknown>[];
    expect(commitmentOpened(reveal ?? {})).toEqual(commit?.['commitment']);

    const output = open(
      gatewaySeed,
      ends.outputs[0]?.sealed ?? new Uint8Array(),
      outputContext(7n),
    );
    const toy = createToyEngine({ model: 'toy-1', contextLimit: 512 });
    const answer = await toy.generate({ tokens: input.tokens, maxOutputTokens: 30, stop: [] });
    expect(decodeOutput(output)).toEqual({
      finish: answer.finishReason,
      tokens: answer.tokenIds,
      text: answer.text,
    });
    const d = outputDigest(output);
    expect([reveal?.['leaf'], reveal?.['root']]).toEqual([leafOf(d, 2), rootOfDigest(d, 3)]);
    const signed = deliveryDigest({
      ...{
        chainId: network.chain_id,
        contract: canonicalAddress(network.contract),
        request: 7n,
        ticket,
      },
      digest: d,
    });
    const signature = ends.outputs[0]?.signature ?? new Uint8Array();
    expect(ed25519Verify(workPublicKey(keys.work), signed, signature)).toBe(true);
    expect([...ends.problems, ...chain.problems]).toEqual([]);
  });

  it('killed after its commitment was sent, sends identical bytes and reveals them once', async () => {
    ends.silentOn.add('commit');
    const first = await startWorker();
    await queues.add([inferJob()]);
    await expect.poll(() => ends.kinds(), { timeout: 15_000 }).toContain('commit');
    await first.kill('SIGKILL');
    ends.silentOn.clear();
    const sent = ends.actions.length;

    const second = await startWorker();
    await expect.poll(() => fate(inferJob()), { timeout: 30_000 }).toBe('done');
    const commits = ends.actions.filter(({ action }) => 'commit' in action);
    expect(commits).toHaveLength(2);
    expect(commits[1]?.bytes).toBe(commits[0]?.bytes);
    expect(ends.actions).toHaveLength(sent + 1);

    ends.silentOn.add('reveal');
    await queues.add([revealJob()]);
    await expect.poll(() => ends.kinds(), { timeout: 15_000 }).toContain('reveal');
    await second.kill('SIGKILL');
    ends.silentOn.clear();
    await startWorker();
    await expect.poll(() => fate(revealJob()), { timeout: 30_000 }).toBe('done');
    const reveals = ends.actions.filter(({ action }) => 'reveal' in action);
    expect(new Set(reveals.map(({ bytes }) => bytes)).size).toBe(1);
    expect(ends.outputs).toHaveLength(1);
  });

  it('waits for an input that is not ready yet', async () => {
    const job = inferJob();
    const path = [...ends.inputs.keys()][0] ?? '';
    const sealed = ends.inputs.get(path) ?? new Uint8Array();
    ends.inputs.clear();
    await startWorker();
    await queues.add([job]);
    await expect.poll(() => ends.inputCalls, { timeout: 15_000 }).toBeGreaterThan(1);
    expect(ends.actions).toEqual([]);
    ends.inputs.set(path, sealed);
    await expect.poll(() => ends.kinds(), { timeout: 15_000 }).toEqual(['accept_input', 'commit']);
  });

  it('waits for an input although its deadline, in contract time, looks past on this clock', async () => {
    const job = inferJob({ acceptInSeconds: -600 });
    const path = [...ends.inputs.keys()][0] ?? '';
    const sealed = ends.inputs.get(path) ?? new Uint8Array();
    ends.inputs.clear();
    await startWorker();
    await queues.add([job]);
    await expect.poll(() => ends.inputCalls, { timeout: 15_000 }).toBeGreaterThan(1);
    ends.inputs.set(path, sealed);
    await expect.poll(() => ends.kinds(), { timeout: 15_000 }).toEqual(['accept_input', 'commit']);
  });

  it('signs a commitment again that came to nothing: other bytes, the same commitment', async () => {
    ends.outcomes.set('commit', [
      { state: 'observed', outcome: 'refused', code: 'tx_failed' },
      { state: 'observed', outcome: 'expired' },
    ]);
    await startWorker();
    await queues.add([inferJob()]);
    await expect.poll(() => fate(inferJob()), { timeout: 30_000 }).toBe('done');
    const commits = ends.actions.filter(({ action }) => 'commit' in action);
    expect(new Set(commits.map(({ digest }) => digest)).size).toBe(3);
    expect(new Set(commits.map(({ action }) => JSON.stringify(toWire(action)))).size).toBe(1);
  });

  it('repeats an acceptance that expired before it repeats the commitment behind it', async () => {
    ends.outcomes.set('accept_input', [{ state: 'observed', outcome: 'expired' }]);
    ends.outcomes.set('commit', [{ state: 'observed', outcome: 'refused', code: 'wrong_stage' }]);
    await startWorker();
    await queues.add([inferJob()]);
    await expect.poll(() => fate(inferJob()), { timeout: 30_000 }).toBe('done');
    const kinds = ends.kinds();
    expect(kinds.filter((kind) => kind === 'accept_input')).toHaveLength(2);
    expect([kinds.filter((kind) => kind === 'commit').length, kinds.at(-1)]).toEqual([2, 'commit']);
  });

  it('gives its place to other jobs while an action has no outcome, and comes back', async () => {
    ends.outcomes.set('commit', [{ state: 'batched' }]);
    const worker = await startWorker();
    await queues.add([inferJob()]);
    await worker.logged('commit has no outcome yet');
    expect(await fate(inferJob())).toBe('live');
    ends.outcomes.clear();
    await expect.poll(() => fate(inferJob()), { timeout: 15_000 }).toBe('done');
    const commits = ends.actions.filter(({ action }) => 'commit' in action);
    expect(new Set(commits.map(({ bytes }) => bytes)).size).toBe(1);
  });

  it('does not repeat a reveal once its duty is over', async () => {
    await startWorker();
    await queues.add([inferJob()]);
    await expect.poll(() => fate(inferJob()), { timeout: 30_000 }).toBe('done');
    ends.outcomes.set('reveal', [{ state: 'observed', outcome: 'refused', code: 'too_late' }]);
    await queues.add([revealJob()]);
    await expect.poll(() => fate(revealJob()), { timeout: 30_000 }).toBe('failed');
    expect(ends.kinds().filter((kind) => kind === 'reveal')).toHaveLength(1);
  });

  it('refuses, signed, an input that is not the one on chain', async () => {
    await startWorker();
    await queues.add([inferJob({ input: { ...input, tokens: [5, 6, 8] } })]);
    await expect.poll(() => ends.kinds(), { timeout: 15_000 }).toEqual(['refuse']);
    await expect.poll(() => fate(inferJob()), { timeout: 15_000 }).toBe('done');
    expect(ends.kinds()).toEqual(['refuse']);
  });

  it('stops what was cancelled', async () => {
    const job = inferJob();
    ends.inputs.clear();
    await startWorker();
    await queues.add([job]);
    await expect.poll(() => ends.inputCalls, { timeout: 15_000 }).toBeGreaterThan(0);
    const { request, attempt } = job.payload;
    await queues.add([
      { kind: 'cancel', payload: { request, ticket, attempt, reason: 'not_accepted', run: '1' } },
    ]);
    await expect.poll(() => fate(job), { timeout: 15_000 }).toBe('failed');
    const calls = ends.inputCalls;
    await new Promise((wake) => setTimeout(wake, 2_500));
    expect([ends.inputCalls, ends.actions]).toEqual([calls, []]);
  });

  it('logs neither prompts nor keys, and stops cleanly', async () => {
    const worker = await startWorker();
    await queues.add([inferJob()]);
    await worker.logged('job done');
    await worker.kill('SIGTERM');
    expect((await worker.exited).code).toBe(0);
    expect(worker.log).not.toContain(keys.work.toString('hex'));
    expect(worker.log).not.toMatch(/birch|cedar|hazel/);
  });

  it('does not start on wrong weights and names the chunk', async () => {
    await (await startWorker()).kill('SIGTERM');
    const bent = Buffer.from(weights);
    bent[130] = 4;
    await writeFile(join(dir, 'models', 'toy', 'toy.gguf'), bent);
    await expect(startWorker()).rejects.toThrow(/toy\.gguf: chunk 2 of 64 bytes differs/);
    expect((await workers.at(-1)?.exited)?.code).toBe(1);
  });

  it('takes no job when the chain has another root for its weights', async () => {
    chain.models.set('toy-1', { ...chain.models.get('toy-1'), weights_root: 'ee'.repeat(32) });
    await queues.add([inferJob()]);
    await expect(startWorker()).rejects.toThrow(/"code":"unregistered_weights"/);
    expect((await workers.at(-1)?.exited)?.code).toBe(1);
    expect(workers.at(-1)?.log).toContain(`registered ${'ee'.repeat(32)}`);
    expect([ends.actions, ends.inputCalls, await fate(inferJob())]).toEqual([[], 0, 'live']);
  });

  it('leaves out a model that the chain does not know', async () => {
    const toy: unknown = JSON.parse(
      await readFile(join(dir, 'models', 'toy', 'model.json'), 'utf8'),
    );
    await mkdir(join(dir, 'models', 'other'));
    await writeFile(join(dir, 'models', 'other', 'toy.gguf'), weights);
    const other = JSON.stringify({ ...Object(toy), id: 'toy-2' });
    await writeFile(join(dir, 'models', 'other', 'model.json'), other);
    const worker = await startWorker();
    expect(worker.log).toMatch(/"model":"toy-2","msg":"skipping a model that is not registered"/);
  });

  it('asks for a restart when no rpc answers', async () => {
    await chain.close();
    await expect(startWorker()).rejects.toThrow(/abci_query got no answer/);
    expect((await workers.at(-1)?.exited)?.code).toBe(75);
  });
});
