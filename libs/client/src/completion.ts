import {
  encodeOutput,
  FINISH_REASON,
  outputDigest,
  rootOfDigest,
  toHex,
  type Output,
} from '#libs/protocol';

/** What `request.settled.v1` says of the output that was paid for. */
export interface SettledEvent {
  /** Hex. */
  root: string;
  output_tokens: number;
  finish_reason: number;
  /** The panel: one leaf each. */
  tickets: readonly unknown[];
}

export interface Verdict {
  ok: boolean;
  /** D of the output, hex. */
  digest: string;
  /** What the leaves of D hash to for this panel, hex. */
  root: string;
}

/** Recomputes D and the root from an output and compares root, token count and finish reason with the chain's event. */
export function verifyCompletion({
  output,
  event,
}: {
  output: Output;
  event: SettledEvent;
}): Verdict {
  const digest = outputDigest(encodeOutput(output));
  const root = toHex(rootOfDigest(digest, event.tickets.length));
  const ok =
    root === event.root &&
    output.tokens.length === event.output_tokens &&
    FINISH_REASON[output.finish] === event.finish_reason;
  return { ok, digest: toHex(digest), root };
}
