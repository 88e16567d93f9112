import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './config.js';

const decimal = z.string().regex(/^\d+$/).transform(BigInt);

const networkSchema = z.object({
  name: z.string().min(1),
  chain_id: z.string().min(1),
  rpcs: z.array(z.url()).min(1),
  prefix: z.string().min(1),
  denom: z.string().min(1),
  gas_price: z.string().regex(/^\d+(\.\d+)?[a-z]+$/),
  contract: z.string().min(1),
  beacon: z.object({
    url: z.url(),
    public_key: z.string().min(1),
    genesis: decimal,
    period: decimal,
  }),
  start_height: decimal,
  trusted_validators: z.array(
    z.object({ address: z.string(), public_key: z.string(), power: decimal }),
  ),
});

/** A network as `network.json` names it: chain, contract, beacon and the validators trusted for proofs. */
export type Network = z.output<typeof networkSchema>;

/** Parses `network.json`; every problem is named by its path. */
export function loadNetwork(file: string): Network {
  const parsed = networkSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')} ${issue.message}`),
  );
}
