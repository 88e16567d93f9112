import type { Change } from '#libs/database';
import type { BodyOf, EventType, RequestDuty } from '#libs/events';

/** Where an event stands, and the duty of its request just before it. */
export interface At {
  seq: bigint;
  height: bigint;
  txHash: string | null;
  type: string;
  duty: RequestDuty | undefined;
}

/** What each event type does to the rows: pure, without reads. */
export type Projections<T extends EventType> = {
  [K in T]: (body: BodyOf<K>, at: At) => Change[];
};
