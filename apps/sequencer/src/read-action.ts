import {
  decodeWalletAction,
  decodeWorkAction,
  digestOf,
  isSignedByWallet,
  isSignedByWorkKey,
  signedActionSchema,
  type ParsedWalletAction,
  type SignedAction,
  type WalletScope,
} from '#libs/chain';
import { Refusal } from './refusal.js';
import { dutyOf, dutySubject, walletSubject, type Duty } from './subject.js';

/** Bytes of one action's JSON; a reveal has about 700. Larger ones are refused: they could fill a batch alone. */
export const ACTION_BYTES_MAX = 4_096;

/** An action that is well formed and signed by whom it names. */
export interface Candidate {
  /** Lower-case hex. */
  digest: string;
  /** `ticket:7` or `wallet:wasm1…`, as the contract's events name signers. */
  signer: string;
  subject: string;
  signed: SignedAction;
  content: { duty: Duty; ticket: bigint } | { wallet: string; action: ParsedWalletAction };
}

/** Parses what came over HTTP. Throws `Refusal('malformed')`. */
export function parseSignedAction(body: unknown): SignedAction {
  const parsed = signedActionSchema.safeParse(body);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.') || issue.code).join(', ');
    throw new Refusal('malformed', `not a signed action: ${where}`);
  }
  if (parsed.data.action.length > ACTION_BYTES_MAX) {
    throw new Refusal('malformed', `an action has at most ${ACTION_BYTES_MAX} bytes`);
  }
  return parsed.data;
}

/** Reads an action of a work key; `workKeyOf` gives the key the ticket has on chain, undefined if there is none. */
export async function readAction(
  scope: WalletScope,
  signed: SignedAction,
  workKeyOf: (ticket: bigint) => Promise<Uint8Array | undefined>,
): Promise<Candidate> {
  const { signer } = signed;
  if ('wallet' in signer) return readWalletAction(scope, signed, signer.wallet);
  const { ticket } = signer.work_key;
  const action = decodeWorkAction(signed.action);
  if (action === undefined) throw new Refusal('malformed', 'not an action of a work key');
  const workKey = await workKeyOf(ticket);
  if (workKey === undefined || !isSignedByWorkKey(scope, signed, workKey)) {
    throw new Refusal('bad_signature', `not signed by the work key of ticket ${ticket}`);
  }
  const duty = dutyOf(action);
  return {
    digest: Buffer.from(digestOf(scope, signed)).toString('hex'),
    signer: `ticket:${ticket}`,
    subject: dutySubject(duty),
    signed,
    content: { duty, ticket },
  };
}

function readWalletAction(
  scope: WalletScope,
  signed: SignedAction,
  wallet: { address: string; public_key: Uint8Array },
): Candidate {
  const action = decodeWalletAction(signed.action);
  if (action === undefined) {
    throw new Refusal('malformed', 'not an action that a wallet may sign in this version');
  }
  if (!isSignedByWallet(scope, signed, wallet)) {
    throw new Refusal('bad_signature', `not signed by ${wallet.address}`);
  }
  return {
    digest: Buffer.from(digestOf(scope, signed)).toString('hex'),
    signer: `wallet:${wallet.address}`,
    subject: walletSubject(wallet.address, signed.nonce),
    signed,
    content: { wallet: wallet.address, action },
  };
}
