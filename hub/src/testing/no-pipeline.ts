import { RequestError } from '../errors.ts';
import type { RunningPipeline } from '../hub.ts';

/** A pipeline that starts nothing and writes down what it is told. */
export class NoPipeline implements RunningPipeline {
  readonly told: string[] = [];

  async start(): Promise<void> {
    this.told.push('start');
  }

  async stop(): Promise<void> {
    this.told.push('stop');
  }

  async jobEnded(job: { id: string }): Promise<void> {
    this.told.push(`job ${job.id}`);
  }

  async reportReceived(deviceId: string): Promise<void> {
    this.told.push(`report ${deviceId}`);
  }

  async telemetryStored(model: string): Promise<void> {
    this.told.push(`telemetry ${model}`);
  }

  startUpload: RunningPipeline['startUpload'] = refuse;
  startRun: RunningPipeline['startRun'] = refuse;
  cancelRun = refuse;
  resumeRun = refuse;
  cancelUpload: RunningPipeline['cancelUpload'] = refuse;
  startQuantization: RunningPipeline['startQuantization'] = refuse;
  cancelQuantization: RunningPipeline['cancelQuantization'] = refuse;
  startRollout = refuse;
  pauseRollout = refuse;
  resumeRollout = refuse;
  abortRollout = refuse;
  rollBack = refuse;
  retrainNow = refuse;
}

async function refuse(): Promise<never> {
  throw new RequestError('CONFLICT', 'this hub has no pipeline', { retryAfterMs: 1_500 });
}
