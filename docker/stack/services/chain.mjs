import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appOptions, cometOptions, setToml } from '../chain/config.mjs';
import { patchGenesis } from '../chain/genesis.mjs';
import { checkout } from '../paths.mjs';
import { libraryEnv } from '../parts/wasmd.mjs';
import { run } from '../run.mjs';
import { writeSecret } from './secrets.mjs';

export const DENOM = 'utoma';
export const PREFIX = 'wasm';
export const GAS_PRICE = `0.001${DENOM}`;
export const ARTIFACT = join(checkout, 'contracts', 'artifacts', 'atoma_network.wasm');

const STAKE = 1_000_000_000n;
/** Development money. The faucet pays for everything a demo founds. */
const FUNDS = { validator: 2n * STAKE, faucet: 1_000_000_000_000_000n, poster: 1_000_000_000_000n };

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Makes the development keys; each mnemonic goes to a file of its own that only its owner reads. */
async function makeAccounts(wasmd, keysDir) {
  const accounts = [];
  for (const [name, amount] of Object.entries(FUNDS)) {
    const made = JSON.parse(
      await wasmd('keys', 'add', name, '--keyring-backend', 'test', '--output', 'json'),
    );
    writeSecret(join(keysDir, `${name}.mnemonic`), `${made.mnemonic}\n`);
    accounts.push({ name, address: made.address, amount });
  }
  return accounts;
}

async function found(wasmd, { home, keysDir, chainId }) {
  await wasmd('init', 'development', '--chain-id', chainId, '--default-denom', DENOM);
  const accounts = await makeAccounts(wasmd, keysDir);
  const creator = accounts.find(({ name }) => name === 'faucet').address;
  const file = join(home, 'config', 'genesis.json');
  const code = existsSync(ARTIFACT) ? { code: { bytes: readFileSync(ARTIFACT), creator } } : {};
  writeFileSync(
    file,
    JSON.stringify(patchGenesis(readJson(file), { denom: DENOM, accounts, ...code })),
  );
  const keyring = ['--keyring-backend', 'test', '--chain-id', chainId];
  await wasmd('genesis', 'gentx', 'validator', `${STAKE}${DENOM}`, ...keyring);
  await wasmd('genesis', 'collect-gentxs');
  const addresses = Object.fromEntries(accounts.map(({ name, address }) => [name, address]));
  writeFileSync(
    join(home, 'atoma.json'),
    JSON.stringify({ addresses, codeId: code.code ? '1' : null }),
  );
}

/** The validator set of a fresh chain: what a light client is told to trust. Power is stake over 10^6 (SDK default). */
export function validatorOf(home) {
  const key = readJson(join(home, 'config', 'priv_validator_key.json'));
  return { address: key.address, public_key: key.pub_key.value, power: String(STAKE / 1_000_000n) };
}

/** Addresses of the development keys and the id of the code in genesis (null without an artifact). */
export const chainFacts = (dataDir) => readJson(join(dataDir, 'chain', 'atoma.json'));

function configure(home, ports) {
  const edit = (name, options) => {
    const file = join(home, 'config', name);
    writeFileSync(file, setToml(readFileSync(file, 'utf8'), options));
  };
  edit('config.toml', cometOptions(ports));
  edit('app.toml', appOptions(ports, GAS_PRICE));
}

/** @param {import('../index.mjs').StackContext} context */
export async function prepareChain({ tools, dataDir, ports, chainId }) {
  const home = join(dataDir, 'chain');
  const env = libraryEnv(tools.wasmd.dir);
  if (!existsSync(join(home, 'atoma.json'))) {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    const wasmd = async (...args) =>
      (await run(tools.wasmd.bin, [...args, '--home', home], { env })).stdout;
    await found(wasmd, { home, keysDir: join(dataDir, 'keys'), chainId });
  }
  configure(home, ports);
  return {
    name: 'chain',
    kind: 'infra',
    command: tools.wasmd.bin,
    args: ['start', '--home', home, '--log_level', 'warn', '--log_no_color'],
    env: { LD_LIBRARY_PATH: tools.wasmd.dir, DYLD_LIBRARY_PATH: tools.wasmd.dir },
    ready: { kind: 'chain', url: `http://127.0.0.1:${ports.rpc}`, timeoutMs: 60_000 },
  };
}
