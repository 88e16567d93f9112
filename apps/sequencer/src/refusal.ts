import { PermanentError } from '#libs/service';

/** Why intake does not take an action; the code is part of the HTTP interface. */
export type RefusalCode =
  | 'malformed'
  | 'bad_signature'
  | 'conflict'
  | 'insufficient_balance'
  | 'expired'
  | 'not_found'
  | 'busy';

const statusOf: Record<RefusalCode, number> = {
  malformed: 400,
  bad_signature: 401,
  not_found: 404,
  conflict: 409,
  insufficient_balance: 409,
  expired: 410,
  busy: 429,
};

/** An expected answer of intake: nothing was stored. */
export class Refusal extends PermanentError {
  readonly status: number;

  constructor(
    override readonly code: RefusalCode,
    message: string,
  ) {
    super(code, message);
    this.status = statusOf[code];
  }
}
