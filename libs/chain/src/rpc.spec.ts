import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TransientError } from '#libs/service';
import { afterEach, describe, expect, it } from 'vitest';
import { BlockClient } from './blocks.js';
import { Rpc } from './rpc.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** An endpoint that always says this. */
async function endpoint(status: number, body: unknown): Promise<string> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const server = createServer((_, response) => response.writeHead(status).end(text));
  servers.push(server);
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const unable = { error: { code: -32_603, message: 'Internal error', data: 'height is pruned' } };
const network = { contract: 'c', prefix: 'wasm' };

describe('an rpc of several endpoints', () => {
  it('asks the next one when the first cannot answer, is behind a broken gateway or answers no JSON-RPC', async () => {
    const good = await endpoint(200, { result: 'yes' });
    const bad = [
      await endpoint(200, unable),
      await endpoint(502, { result: 'no' }),
      await endpoint(200, '<html>'),
      await endpoint(200, { nonsense: true }),
    ];
    for (const url of bad) expect(await new Rpc([url, good]).call('x', {})).toBe('yes');
  });

  it('says that nobody can answer after each was asked once', async () => {
    const rpc = new Rpc([await endpoint(200, unable), await endpoint(200, unable)]);
    const started = performance.now();
    await expect(rpc.call('x', {})).rejects.toBeInstanceOf(TransientError);
    expect(performance.now() - started).toBeLessThan(90);
  });

  it('takes a call that is wrong as wrong', async () => {
    const url = await endpoint(200, { error: { code: -32_602, message: 'Invalid params' } });
    await expect(new Rpc([url]).call('x', {})).rejects.toMatchObject({ code: 'rpc_refused' });
  });

  it('waits out an answer of another shape and asks the next endpoint then', async () => {
    const odd = await endpoint(200, { result: { height: 'odd' } });
    const good = await endpoint(200, { result: { height: '7', txs_results: null } });
    const blocks = new BlockClient(new Rpc([odd, good]), network);
    await expect(blocks.blockResults(7n)).rejects.toBeInstanceOf(TransientError);
    expect((await blocks.blockResults(7n)).height).toBe(7n);
  });
});
