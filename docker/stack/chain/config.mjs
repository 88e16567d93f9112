/**
 * Sets keys of a TOML file, keeping everything else. A key is `name` (before any section) or `section.name`; each must
 * be there already, so that a renamed option is noticed and not silently added.
 * @param {string} text
 * @param {Record<string, string | number | boolean>} values
 */
export function setToml(text, values) {
  const open = new Map(Object.entries(values));
  let section = '';
  const lines = text.split('\n').map((line) => {
    section = /^\[([^\]]+)\]/.exec(line)?.[1] ?? section;
    const name = /^([a-z0-9_-]+)\s*=/.exec(line)?.[1];
    const key = name && (section ? `${section}.${name}` : name);
    if (!key || !open.has(key)) return line;
    const value = open.get(key);
    open.delete(key);
    return `${name} = ${typeof value === 'string' ? JSON.stringify(value) : value}`;
  });
  if (open.size > 0) throw new Error(`no such option: ${[...open.keys()].join(', ')}`);
  return lines.join('\n');
}

/** Blocks a few times a second, room for a batch of 500 JSON-RPC calls, everything on loopback. */
export const cometOptions = (ports) => ({
  'rpc.laddr': `tcp://127.0.0.1:${ports.rpc}`,
  'rpc.max_request_batch_size': 500,
  'rpc.max_body_bytes': 10_000_000,
  'rpc.pprof_laddr': '',
  'p2p.laddr': `tcp://127.0.0.1:${ports.p2p}`,
  'consensus.timeout_commit': '200ms',
  'consensus.timeout_propose': '500ms',
  'storage.discard_abci_responses': false,
});

/** gRPC stays on: the SDK offers transaction simulation over the rpc only then. */
export const appOptions = (ports, gasPrice) => ({
  'minimum-gas-prices': gasPrice,
  'api.enable': false,
  'grpc.address': `127.0.0.1:${ports.grpc}`,
  'grpc-web.enable': false,
});
