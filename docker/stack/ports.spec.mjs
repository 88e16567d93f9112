import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isFree, pickPorts } from './ports.mjs';

describe('pickPorts', () => {
  it('gives each name a port of its own below the range of outgoing connections', async () => {
    const ports = Object.values(await pickPorts(['a', 'b', 'c']));
    expect(new Set(ports).size).toBe(3);
    for (const port of ports) expect(port >= 20_000 && port < 32_000).toBe(true);
  });

  it('never gives one port to two names', async () => {
    const ports = await pickPorts(['a', 'b'], { a: 21_234, b: 21_234 }, async () => true);
    expect(ports.a).not.toBe(ports.b);
  });

  it('keeps a port of an earlier run while it is free', async () => {
    const free = async () => true;
    expect(await pickPorts(['rpc'], { rpc: 21_234 }, free)).toEqual({ rpc: 21_234 });
  });

  it('gives another one for a port that somebody took', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const taken = server.address().port;
    expect(await isFree(taken)).toBe(false);
    expect((await pickPorts(['rpc'], { rpc: taken })).rpc).not.toBe(taken);
    server.close();
  });

  it('names the failure when nothing is free', async () => {
    await expect(pickPorts(['rpc'], {}, async () => false)).rejects.toMatchObject({
      code: 'NO_PORTS',
    });
  });
});
