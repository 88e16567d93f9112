import { STAGES, type Fact, type Life } from './life.js';

const short = (hash: string): string => `${hash.slice(0, 8)}…`;

/** What a fact says beside its height: the few words a person wants to read. */
function wordsOf(fact: Fact): string {
  const { body } = fact;
  switch (fact.type) {
    case 'request.submitted.v1':
      return `request ${text(body['request'])}: ${text(body['input_tokens'])} tokens in, escrow ${text(body['charge_max'])} utoma, panel of ${text(body['n'])}`;
    case 'request.assigned.v1':
      return `round ${text(body['round'])} draws ${ticketsOf(body['slots'])}`;
    case 'input.accepted.v1':
    case 'commitment.made.v1':
    case 'commitment.revealed.v1':
    case 'slot.vacated.v1':
      return `node ${text(body['ticket'])}, slot ${text(body['slot'])}`;
    case 'request.agreed.v1':
    case 'request.settled.v1':
      return `root ${short(text(body['root']))}, ${text(body['output_tokens'])} tokens out`;
    case 'request.refunded.v1':
    case 'request.disputed.v1':
      return text(body['reason']);
    default:
      return '';
  }
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function ticketsOf(slots: unknown): string {
  if (!Array.isArray(slots)) return '';
  return slots.map((slot: { ticket?: unknown }) => `node ${text(slot.ticket)}`).join(', ');
}

const shown = (fact: Fact): boolean => !/^(slice|fee|balance|pool)\./.test(fact.type);

/** One line a fact: height, what happened, to whom, in which transaction. */
export const factLine = (fact: Fact): string =>
  `  ${String(fact.height).padStart(6)}  ${fact.type.replace(/\.v\d+$/, '').padEnd(22)} ${wordsOf(fact).padEnd(52)} tx ${short(fact.txHash)}`;

/** The request's life so far: a bar of stages, then every fact. Pure: same life, same lines. */
export function renderLife(life: Life, elapsedMs: number): string[] {
  const seen = new Set(life.facts.map((fact) => fact.type));
  const bar = STAGES.map(({ name, ends }) => `${seen.has(ends) ? '●' : '○'} ${name}`).join('   ');
  return [
    `request ${life.request}   ${life.state}   ${(elapsedMs / 1000).toFixed(1)} s`,
    bar,
    '  height  fact',
    ...life.facts.filter(shown).map(factLine),
  ];
}
