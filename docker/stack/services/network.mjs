import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beaconFacts } from './beacon.mjs';
import { DENOM, GAS_PRICE, PREFIX, validatorOf } from './chain.mjs';

/**
 * Writes network.json: what names this network to every app. What founding added (the contract, the height to start
 * from) is kept; addresses of this run replace those of an earlier one.
 * @param {import('../index.mjs').StackContext} context
 * @returns {Promise<string>} the file
 */
export async function writeNetwork({ name, dataDir, ports, chainId }) {
  const file = join(dataDir, 'network.json');
  const founded = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { contract: '', start_height: '1' };
  const beacon = await beaconFacts(dataDir);
  const network = {
    name,
    chain_id: chainId,
    rpcs: [`http://127.0.0.1:${ports.rpc}`],
    prefix: PREFIX,
    denom: DENOM,
    gas_price: GAS_PRICE,
    contract: founded.contract,
    beacon: {
      url: `http://127.0.0.1:${ports.beacon}`,
      public_key: beacon.public_key,
      genesis: String(beacon.genesis),
      period: String(beacon.period),
    },
    start_height: founded.start_height,
    trusted_validators: [validatorOf(join(dataDir, 'chain'))],
  };
  writeFileSync(`${file}.part`, `${JSON.stringify(network, null, 2)}\n`);
  renameSync(`${file}.part`, file);
  return file;
}
