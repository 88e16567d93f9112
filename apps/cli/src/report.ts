import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { PermanentError } from '#libs/service';

const decimal = z.string().regex(/^\d+$/);

const contentSchema = z.strictObject({
  checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })).min(1),
  requests: z
    .array(
      z.strictObject({
        id: decimal,
        mode: z.string(),
        state: z.string(),
        txs: z.array(z.string().regex(/^[0-9A-F]{64}$/)).min(1),
        heights: z.array(decimal).min(1),
      }),
    )
    .min(1),
  conservation: z.strictObject({ bank: decimal, accounted: decimal }),
  timingsMs: z.record(z.string(), z.number().int().nonnegative()),
});

const reportSchema = contentSchema.extend({ digest: z.string().regex(/^[0-9a-f]{64}$/) });

/** What a demo run claims of itself. `digest` is the sha256 of the rest, so that no byte can change unseen. */
export type ReportContent = z.output<typeof contentSchema>;
export type Report = z.output<typeof reportSchema>;
export type Check = ReportContent['checks'][number];

const digestOf = (content: ReportContent): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex');

const render = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;

/** The report's bytes: one rendering for one content. */
export function encodeReport(content: ReportContent): string {
  const ordered = contentSchema.parse(content);
  return render({ ...ordered, digest: digestOf(ordered) });
}

/** Parses a report and refuses any byte that the writer would not have written. */
export function decodeReport(bytes: string): Report {
  const report = parseReport(bytes);
  const { digest, ...content } = report;
  if (digest !== digestOf(content) || bytes !== render(report)) {
    throw new PermanentError(
      'report_changed',
      `the report was changed after it was written: its digest is ${digest}, its content hashes to ${digestOf(content)}`,
    );
  }
  return report;
}

function parseReport(bytes: string): Report {
  try {
    return reportSchema.parse(JSON.parse(bytes));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof z.ZodError) {
      throw new PermanentError('report_malformed', `not a demo report: ${cause.message}`, {
        cause,
      });
    }
    throw cause;
  }
}

export const writeReport = (file: string, content: ReportContent): void =>
  writeFileSync(file, encodeReport(content));

export const readReport = (file: string): Report => decodeReport(readFileSync(file, 'utf8'));
