export { bullmqSource } from './bullmq-source.js';
export { jobsConfig } from './config.js';
export type { JobHandler, JobSource, Subscription } from './job-source.js';
export { JobQueues, type JobFate } from './job-queues.js';
export {
  jobId,
  parseJob,
  queueName,
  type CancelPayload,
  type DutyRef,
  type InferPayload,
  type Job,
  type JobKind,
  type RevealPayload,
} from './job.js';
