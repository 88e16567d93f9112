import { createHash } from 'node:crypto';

/** Who speaks in a conversation. */
export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** The tokens that frame a turn; they come from the rendering alone, never from what somebody wrote. */
export const TURN_START = '<|im_start|>';
export const TURN_END = '<|im_end|>';

/** The one template rendered here, as GGUF files carry it: ChatML without a default system prompt. */
export const CHATML_TEMPLATE =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + " +
  "'<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

export const templateHashOf = (template: string): string =>
  createHash('sha256').update(template, 'utf8').digest('hex');

/** A piece of a rendered conversation: a control token, or text that can never become one. */
export type Piece = { control: typeof TURN_START | typeof TURN_END } | { text: string };

/** Renders what the template renders, with control tokens and text kept apart, up to the assistant's turn. */
export function renderChat(messages: readonly Message[]): Piece[] {
  const pieces: Piece[] = [];
  let open = '';
  for (const { role, content } of messages) {
    if (open !== '') pieces.push({ text: open });
    pieces.push({ control: TURN_START }, { text: `${role}\n${content}` }, { control: TURN_END });
    open = '\n';
  }
  if (open !== '') pieces.push({ text: open });
  pieces.push({ control: TURN_START }, { text: 'assistant\n' });
  return pieces;
}
