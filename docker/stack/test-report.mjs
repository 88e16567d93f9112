import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {{passed: number, failed: number, skipped: number}} Count
 */

/**
 * Counts of a vitest JSON report. A run that ended badly without a failed test (a file that does not load, no report,
 * no test at all) counts as one failure, so that the sum can never call it a success.
 * @param {string} file
 * @param {number} exitCode of vitest
 * @returns {Count}
 */
export function countOf(file, exitCode) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const failed = numFailedTests === 0 && exitCode !== 0 ? 1 : numFailedTests;
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

/**
 * The closing table, and the last line `N passed, N failed` over all steps.
 * @param {Array<Count & {step: string, ms: number}>} results
 * @param {(ms: number) => string} duration
 */
export function summaryOf(results, duration) {
  const lines = results.map(({ step, ms, passed, failed, skipped }) => {
    const counts =
      passed + failed + skipped > 0
        ? `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
        : 'ok';
    return `  ${step.padEnd(16)} ${duration(ms).padStart(12)}   ${counts}`;
  });
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  return {
    lines,
    failed: sum('failed'),
    closing: `${sum('passed')} passed, ${sum('failed')} failed`,
  };
}
