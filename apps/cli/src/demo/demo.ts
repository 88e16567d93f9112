import { down, type OnProgress, type StackState } from '#stack';
import { connectChain, queries } from '#libs/chain';
import { loadNetwork } from '#libs/service';
import pg from 'pg';
import { createFundedKey, type FundedKey } from '../keys.js';
import { bringUpNetwork, DEMO_MODEL } from '../network.js';
import { writeReport, type Check, type ReportContent } from '../report.js';
import { showAnalytics, showBalanceSheet, showChecks, showCurl } from './closing.js';
import { checkScene } from './checks.js';
import { complete, type Completion } from './completion.js';
import { renderLife } from './life-view.js';
import { openScreen, type Screen } from './screen.js';
import { stageTimings, watchRequest, type Watched } from './watch.js';

export interface DemoOptions {
  exit: boolean;
  fresh: boolean;
  name: string;
  plain: boolean;
  report?: string;
}

const PROMPT = 'It is a truth universally acknowledged';
const MAX_TOKENS = 48;
const DEPOSIT = 10_000_000n;
const SETTLE_LIMIT_MS = 240_000;

/** Runs the demo and returns the exit status: 0 when every check holds. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const screen = openScreen(options.plain);
  const startedAt = performance.now();
  const state = await bringUpNetwork({
    name: options.name,
    fresh: options.fresh,
    owner: !options.exit,
    onProgress: progressLine(screen),
    onStep: (step) => screen.say(`  ${step}`),
  });
  const upMs = Math.round(performance.now() - startedAt);
  const { ok, key } = await performDemo({ options, state, screen, upMs, startedAt });
  if (!options.exit) await stayUp({ options, state, key, screen });
  return ok ? 0 : 1;
}

interface Raised {
  options: DemoOptions;
  state: StackState;
  screen: Screen;
  upMs: number;
  startedAt: number;
}

/** Plays the scene, shows what came of it and writes the report. Holds no connection afterwards. */
async function performDemo(raised: Raised): Promise<{ ok: boolean; key: FundedKey }> {
  const { options, state, screen, upMs, startedAt } = raised;
  const pool = new pg.Pool({ connectionString: state.urls.postgres, max: 4 });
  try {
    const key = await createFundedKey(state, { name: 'demo', amount: DEPOSIT });
    screen.say(
      `\nan API key with ${DEPOSIT} utoma deposited; asking for a completion: «${PROMPT}»\n`,
    );
    const { completion, watched } = await performScene({ state, pool, key, screen });
    screen.say(`\n«${PROMPT}» -> «${completion.text.trim()}»`);
    const content = await describe({ state, pool, completion, watched, upMs, startedAt });
    await showBalanceSheet(pool, watched.life.request, screen);
    await showAnalytics(state, screen);
    showChecks(content.checks, screen);
    if (options.report !== undefined) writeReport(options.report, content);
    return { ok: content.checks.every((check) => check.ok), key };
  } finally {
    await pool.end();
  }
}

interface Stage {
  state: StackState;
  pool: pg.Pool;
  key: FundedKey;
  screen: Screen;
}

async function performScene(stage: Stage): Promise<{ completion: Completion; watched: Watched }> {
  const { state, pool, key, screen } = stage;
  const abort = new AbortController();
  const asking = complete(state.urls.gateway, key, {
    model: DEMO_MODEL,
    prompt: PROMPT,
    maxTokens: MAX_TOKENS,
  });
  asking.catch((error: unknown) => abort.abort(error));
  const watched = await watchRequest(pool, {
    requester: key.wallet,
    after: 0n,
    startedAt: performance.now(),
    limitMs: SETTLE_LIMIT_MS,
    signal: abort.signal,
    onChange: (life, elapsedMs) => screen.live(renderLife(life, elapsedMs)),
  });
  screen.keep();
  return { completion: await asking, watched };
}

interface Performed {
  state: StackState;
  pool: pg.Pool;
  completion: Completion;
  watched: Watched;
  upMs: number;
  startedAt: number;
}

async function describe(performed: Performed): Promise<ReportContent> {
  const { state, pool, completion, watched } = performed;
  const chain = connectChain(loadNetwork(state.files.network));
  const { request, facts } = watched.life;
  const checks: Check[] = await checkScene({
    pool,
    chain,
    gatewaySecretFile: state.files.gatewaySecret,
    request,
    completion,
  });
  const { bank, accounted } = await queries.conservation(chain);
  const txs = [...new Map(facts.map((fact) => [fact.txHash, fact.height]))];
  return {
    checks,
    requests: [
      {
        id: request.toString(),
        mode: 'sampling',
        state: watched.life.state,
        txs: txs.map(([hash]) => hash),
        heights: txs.map(([, height]) => height.toString()),
      },
    ],
    conservation: { bank: bank.toString(), accounted: accounted.toString() },
    timingsMs: {
      'stack up and market open': performed.upMs,
      ...stageTimings(watched.seenMs),
      'accepted to agreed': watched.seenMs['request.agreed.v1'] ?? 0,
      'accepted to settled': watched.seenMs['request.settled.v1'] ?? 0,
      total: Math.round(performance.now() - performed.startedAt),
    },
  };
}

const progressLine =
  (screen: Screen): OnProgress =>
  ({ part, phase, elapsedMs, expectedMs, detail }) => {
    const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
    const expected = expectedMs === undefined ? '' : ` of about ${Math.round(expectedMs / 1000)} s`;
    if (phase === 'done') screen.say(`  ${part.padEnd(12)} ready      ${seconds}`);
    if (phase === 'failed') screen.say(`  ${part.padEnd(12)} failed     ${detail ?? ''}`);
    if (phase === 'tick')
      screen.say(`  ${part.padEnd(12)} working    ${seconds}${expected} ${detail ?? ''}`);
  };

async function stayUp({
  options,
  state,
  key,
  screen,
}: Omit<Stage, 'pool'> & { options: DemoOptions }): Promise<void> {
  showCurl(state, key, screen);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  screen.say('\ntaking the stack down; its data stays');
  await down({ name: options.name });
}
