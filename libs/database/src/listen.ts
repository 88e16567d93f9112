import pg from 'pg';
import { backoffMs, sleep } from '#libs/service';
import { clientOptions } from './pool.js';

export interface ListenOptions {
  url: string;
  name: string;
  channel: 'applied' | 'outbox';
  /** Called for each notification with its payload, and with undefined after each (re)connection: look now. */
  onNotify: (payload: string | undefined) => void;
}

/** A wake-up, never the truth: notifications are lost while it reconnects, so poll behind it. */
export interface Listening {
  stop: () => Promise<void>;
}

/** Listens on a connection of its own and reconnects for as long as it is not stopped. */
export function listen(options: ListenOptions): Listening {
  const stopping = new AbortController();
  const running = keepListening(options, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function keepListening(options: ListenOptions, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    if (attempt > 0) await sleep(backoffMs(attempt), signal);
    if (await listenOnce(options, signal)) attempt = 0;
  }
}

/** One connection's life; true when it had listened before it ended. */
async function listenOnce(options: ListenOptions, signal: AbortSignal): Promise<boolean> {
  const client = new pg.Client(clientOptions(options.url, { name: options.name }));
  let listened = false;
  const ended = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  client.on('notification', ({ payload }) => options.onNotify(payload));
  try {
    await client.connect();
    await client.query(`LISTEN ${options.channel}`);
    listened = true;
    options.onNotify(undefined);
    await ended;
  } catch (error) {
    // A server that is away is what reconnecting is for; anything else is ours.
    if (!(error instanceof Error)) throw error;
  }
  await client.end().catch(() => undefined);
  return listened;
}
