import type { Change } from '#libs/database';
import type { ChainEvent, EventType } from '#libs/events';
import { projectMarket } from './project-market.js';
import { projectMoney } from './project-money.js';
import { projectNetwork } from './project-network.js';
import { projectNode } from './project-node.js';
import { projectRequest } from './project-request.js';
import type { At, Projections } from './projection.js';

/** Complete by construction: an event type without a projection does not compile. */
const projections: Projections<EventType> = {
  ...projectNetwork,
  ...projectMoney,
  ...projectMarket,
  ...projectNode,
  ...projectRequest,
};

/** What an event does to the rows of the projection. */
export function projectEvent(event: ChainEvent, at: At): Change[] {
  // The projection was found by the event's own type; the compiler cannot follow an indexed union.
  const project = projections[event.type] as (body: ChainEvent['body'], at: At) => Change[];
  return project(event.body, at);
}
