/** A value that the protocol has no encoding or no answer for. `code` names the rule. */
export class ProtocolError extends RangeError {
  override readonly name = 'ProtocolError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
