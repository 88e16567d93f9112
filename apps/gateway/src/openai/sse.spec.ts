import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sleep } from '#libs/service';
import { ApiError } from '../http/api-error.js';
import { EventStream, SSE_DONE, sseComment, sseData, sseError } from './sse.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function streamed(
  serve: (stream: EventStream) => void,
  keepAliveMs = 10_000,
): Promise<string> {
  server = createServer((_request, response) =>
    serve(new EventStream(response, { 'x-a': 'b' }, keepAliveMs)),
  );
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(response.headers.get('x-a')).toBe('b');
  return await response.text();
}

describe('frames', () => {
  it('are data and JSON on one line and an empty line', () => {
    expect(sseData({ text: 'a\nb', id: 1n })).toBe('data: {"text":"a\\nb","id":"1"}\n\n');
    expect(sseComment('waiting')).toBe(': waiting\n\n');
    expect(SSE_DONE).toBe('data: [DONE]\n\n');
  });

  it('carry an error as an event named error', () => {
    const frame = sseError(new ApiError(504, 'refunded', 'gone').body());
    expect(frame).toBe(
      'event: error\ndata: {"error":{"message":"gone","type":"server_error","param":null,"code":"refunded"}}\n\n',
    );
  });
});

describe('EventStream', () => {
  it('ends with [DONE]', async () => {
    expect(await streamed((stream) => stream.finish([{ a: 1 }]))).toBe(
      'data: {"a":1}\n\ndata: [DONE]\n\n',
    );
  });

  it('ends an error without [DONE]', async () => {
    const text = await streamed((stream) => stream.fail(new ApiError(502, 'x', 'y').body()));
    expect(text.startsWith('event: error\n')).toBe(true);
    expect(text).not.toContain('[DONE]');
  });

  it('writes comments while it waits', async () => {
    const text = await streamed((stream) => setTimeout(() => stream.finish([]), 120), 20);
    expect(text.match(/^: waiting$/gm)?.length).toBeGreaterThan(2);
  });

  it('survives a client that leaves', async () => {
    let failed: unknown = null;
    server = createServer((_request, response) => {
      const stream = new EventStream(response, {}, 5);
      response.once('close', () => {
        try {
          stream.finish([{ a: 1 }]);
        } catch (error) {
          failed = error;
        }
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const call = request({ port, host: '127.0.0.1' }, (response) => response.destroy());
    call.on('error', () => undefined);
    call.end();
    await sleep(100);
    expect(failed).toBeNull();
  });
});
