import { StackError } from '../errors.mjs';

/**
 * What a source answers: the thing, or why it has none.
 * @template T
 * @typedef {{value: T} | {absent: string}} Answer
 */

/** Whether tools of the system may be used (`ATOMA_NO_SYSTEM_TOOLS=1` forces the pinned ones). */
export const systemToolsAllowed = (env = process.env) => env.ATOMA_NO_SYSTEM_TOOLS !== '1';

/**
 * Asks the sources in their order (cache, system tool, registry) and takes the first that has the part.
 * A source is never asked once an earlier one answered; if none has it, the error names what each said.
 * @template T
 * @param {string} part
 * @param {Array<[string, () => Promise<Answer<T>>]>} sources
 * @param {{todo?: string}} [options]
 * @returns {Promise<{value: T, source: string}>}
 */
export async function resolvePart(part, sources, options = {}) {
  const said = [];
  for (const [source, find] of sources) {
    if (source === 'system' && !systemToolsAllowed()) {
      said.push('system: switched off by ATOMA_NO_SYSTEM_TOOLS');
      continue;
    }
    const answer = await find().catch((error) => {
      if (error instanceof StackError) return { absent: error.message.replaceAll('\n', '\n    ') };
      throw error;
    });
    if ('value' in answer) return { value: answer.value, source };
    said.push(`${source}: ${answer.absent}`);
  }
  throw new StackError('PART_MISSING', `${part} is not available:\n  ${said.join('\n  ')}`, {
    todo:
      options.todo ??
      'check the network to the package registries (npm run stack -- doctor), or install the tool',
  });
}
