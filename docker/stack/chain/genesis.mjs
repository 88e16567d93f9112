import { createHash } from 'node:crypto';

/** Prefix of the wasm module's sequence keys in its store (wasmd x/wasm/types/keys.go). */
const SEQUENCE_PREFIX = 0x04;
const BLOCK_GAS = '300000000';

const sequenceKey = (name) =>
  Buffer.concat([Buffer.from([SEQUENCE_PREFIX]), Buffer.from(name)]).toString('base64');

/** The wasm module's genesis: one code under id 1, pinned, and the counters that follow from it. */
function withCode(wasm, { bytes, creator }) {
  const code = {
    code_id: '1',
    code_info: {
      code_hash: createHash('sha256').update(bytes).digest('base64'),
      creator,
      instantiate_config: { permission: 'Everybody', addresses: [] },
    },
    code_bytes: bytes.toString('base64'),
    pinned: true,
  };
  const sequences = [
    { id_key: sequenceKey('lastCodeId'), value: '2' },
    { id_key: sequenceKey('lastContractId'), value: '1' },
  ];
  return { ...wasm, codes: [code], sequences };
}

function withAccounts(state, { denom, accounts }) {
  const auth = accounts.map(({ address }) => ({
    '@type': '/cosmos.auth.v1beta1.BaseAccount',
    address,
    pub_key: null,
    account_number: '0',
    sequence: '0',
  }));
  const balances = accounts.map(({ address, amount }) => ({
    address,
    coins: [{ denom, amount: String(amount) }],
  }));
  const total = accounts.reduce((sum, { amount }) => sum + amount, 0n);
  return {
    auth: { ...state.auth, accounts: auth },
    bank: { ...state.bank, balances, supply: [{ denom, amount: String(total) }] },
  };
}

/** No inflation: the supply of a development chain changes only by what people do. */
function withoutInflation(mint) {
  const zero = '0.000000000000000000';
  return {
    minter: { inflation: zero, annual_provisions: zero },
    params: {
      ...mint.params,
      inflation_rate_change: zero,
      inflation_max: zero,
      inflation_min: zero,
    },
  };
}

/**
 * The development chain's genesis: funded accounts, a bound on block gas, no inflation, fast governance and, when there
 * is an artifact, the contract's code stored under id 1 and pinned.
 * @param {any} genesis what `wasmd init` wrote
 * @param {{denom: string, accounts: Array<{address: string, amount: bigint}>, code?: {bytes: Buffer, creator: string}}} plan
 */
export function patchGenesis(genesis, plan) {
  const state = genesis.app_state;
  const params = genesis.consensus.params;
  return {
    ...genesis,
    consensus: {
      ...genesis.consensus,
      params: { ...params, block: { ...params.block, max_gas: BLOCK_GAS } },
    },
    app_state: {
      ...state,
      ...withAccounts(state, plan),
      mint: withoutInflation(state.mint),
      gov: {
        ...state.gov,
        params: {
          ...state.gov.params,
          max_deposit_period: '10s',
          voting_period: '10s',
          expedited_voting_period: '5s',
        },
      },
      wasm: plan.code ? withCode(state.wasm, plan.code) : state.wasm,
    },
  };
}
