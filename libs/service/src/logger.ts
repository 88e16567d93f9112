import { pino, type Logger } from 'pino';

export type { Logger };

/** One JSON line an event on stdout: `msg` is a fixed phrase, everything variable is a field. */
export const createLogger = (component: string, level = 'info'): Logger =>
  pino({
    level,
    base: { component },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { bigint: String },
  });
