import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An rpc in front of another one that answers everything but broadcasts: their connection breaks, unheard. */
export async function brokenBroadcast(rpc: string): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = await text(request);
      if (body.includes('broadcast_tx_sync')) {
        request.socket.destroy();
        return;
      }
      const headers = { 'content-type': 'application/json' };
      const forwarded = await fetch(rpc, { method: 'POST', headers, body });
      response.writeHead(forwarded.status, headers).end(await forwarded.text());
    };
    answer().catch(() => request.socket.destroy());
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
