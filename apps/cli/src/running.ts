import { status, type StackState } from '#stack';
import { PermanentError } from '#libs/service';

/** The state of a stack that is up; names what to run when it is not. */
export function runningState(name: string): StackState {
  const state = status({ name });
  if (state?.phase !== 'up') {
    throw new PermanentError(
      'stack_down',
      `stack ${name} is not running; npm run demo starts one with a network`,
    );
  }
  return state;
}
