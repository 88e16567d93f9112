import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { setToml } from './config.mjs';
import { patchGenesis } from './genesis.mjs';

const empty = {
  chain_id: 'x-1',
  consensus: { params: { block: { max_bytes: '22020096', max_gas: '-1' }, abci: {} } },
  app_state: {
    auth: { params: { tx_sig_limit: '7' }, accounts: [] },
    bank: { params: {}, balances: [], supply: [] },
    mint: {
      minter: { inflation: '0.13' },
      params: { mint_denom: 'utoma', inflation_max: '0.2', inflation_min: '0.07' },
    },
    gov: { params: { voting_period: '172800s', quorum: '0.3' } },
    wasm: { params: { x: 1 }, codes: [], contracts: [], sequences: [] },
  },
};
const accounts = [
  { address: 'wasm1a', amount: 5n },
  { address: 'wasm1b', amount: 10n ** 18n },
];

describe('patchGenesis', () => {
  it('funds the accounts and states their sum as the supply', () => {
    const { bank, auth } = patchGenesis(empty, { denom: 'utoma', accounts }).app_state;
    expect(bank.supply).toEqual([{ denom: 'utoma', amount: '1000000000000000005' }]);
    expect(bank.balances[0]).toEqual({
      address: 'wasm1a',
      coins: [{ denom: 'utoma', amount: '5' }],
    });
    expect(auth.accounts.map((account) => account.address)).toEqual(['wasm1a', 'wasm1b']);
    expect(auth.params).toEqual({ tx_sig_limit: '7' });
  });

  it('bounds the gas of a block and keeps the other consensus parameters', () => {
    const { params } = patchGenesis(empty, { denom: 'utoma', accounts }).consensus;
    expect(params).toEqual({ block: { max_bytes: '22020096', max_gas: '300000000' }, abci: {} });
  });

  it('stores the contract as code 1, pinned, with the counters of the next ids', () => {
    const bytes = Buffer.from('\0asm fake');
    const { wasm } = patchGenesis(empty, {
      denom: 'utoma',
      accounts,
      code: { bytes, creator: 'wasm1a' },
    }).app_state;
    expect(wasm.codes).toHaveLength(1);
    expect(wasm.codes[0]).toMatchObject({
      code_id: '1',
      pinned: true,
      code_bytes: bytes.toString('base64'),
    });
    expect(wasm.codes[0].code_info.code_hash).toBe(
      createHash('sha256').update(bytes).digest('base64'),
    );
    const sequences = wasm.sequences.map(({ id_key, value }) => [
      Buffer.from(id_key, 'base64').toString('latin1'),
      value,
    ]);
    expect(sequences).toEqual([
      ['\x04lastCodeId', '2'],
      ['\x04lastContractId', '1'],
    ]);
  });

  it('leaves the wasm module empty without an artifact', () => {
    expect(patchGenesis(empty, { denom: 'utoma', accounts }).app_state.wasm).toEqual(
      empty.app_state.wasm,
    );
  });
});

describe('setToml', () => {
  const text =
    'name = "a"\n[consensus]\ntimeout_commit = "5s"\nskip_timeout_commit = false\n[rpc]\nladdr = "x"\n[p2p]\nladdr = "y"\n';

  it('sets a key of its own section only', () => {
    const out = setToml(text, { name: 'b', 'consensus.timeout_commit': '200ms', 'p2p.laddr': 'z' });
    expect(out).toBe(
      'name = "b"\n[consensus]\ntimeout_commit = "200ms"\nskip_timeout_commit = false\n[rpc]\nladdr = "x"\n[p2p]\nladdr = "z"\n',
    );
  });

  it('refuses an option that the file does not have', () => {
    expect(() => setToml(text, { 'rpc.nothing': 1 })).toThrow('no such option: rpc.nothing');
  });
});
