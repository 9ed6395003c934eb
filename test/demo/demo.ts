import type { AgentProgram } from '../rig/agent-program.ts';
import { RigError } from '../rig/errors.ts';
import { HubProgram } from '../rig/hub-program.ts';
import { DEMO_MODEL, type DemoContext } from './demo-context.ts';
import type { DeviceAccuracy } from './device-accuracy.ts';
import {
  type DriftFigures,
  driftAndAlert,
  followRetraining,
  type RetrainingFigures,
  watchAccuracy,
} from './drift-stage.ts';
import { makeFleet, makeIdleGateway } from './fleet.ts';
import { type FootprintFigures, measureFootprint } from './footprint-stage.ts';
import { type Narrator, percent } from './narrator.ts';
import { DEMO_PLAN, followRollout, type RolloutFigures, rollOut } from './rollout-stage.ts';
import { type ShuttleFiles, splitShuttleData } from './shuttle-data.ts';
import { type TelemetryFigures, telemetryFigures } from './telemetry-stage.ts';
import { type DataFigures, importData, type TrainingFigures, train } from './train-stage.ts';

/** What really happened, stage by stage. */
export interface DemoFigures {
  readonly seconds: number;
  readonly data: DataFigures;
  readonly training: TrainingFigures;
  readonly firstRollout: RolloutFigures;
  readonly accuracyBefore: DeviceAccuracy;
  readonly drift: DriftFigures;
  readonly retraining: RetrainingFigures;
  readonly secondRollout: RolloutFigures;
  readonly accuracyRecovered: DeviceAccuracy;
  readonly telemetry: TelemetryFigures;
  readonly footprint: FootprintFigures | null;
}

/** A running demo: hub, worker and agents as real processes on this machine. */
export class Demo {
  readonly hub: HubProgram;
  readonly #narrator: Narrator;
  readonly #folder: string;
  readonly #agents: AgentProgram[];
  readonly #gateway: AgentProgram;
  readonly #driftSwitch: string;
  readonly #data: ShuttleFiles;

  constructor(folder: string, narrator: Narrator) {
    this.#folder = folder;
    this.#narrator = narrator;
    this.#driftSwitch = `${folder}/drift-switch`;
    this.hub = new HubProgram(folder);
    this.#data = splitShuttleData(folder);
    this.#agents = makeFleet(folder, this.#data.replayPath, this.#driftSwitch);
    this.#gateway = makeIdleGateway(folder);
  }

  /** The whole loop. @throws RigError STAGE_FAILED or TIMED_OUT naming the stage that did not happen */
  async run(): Promise<DemoFigures> {
    const { hub } = this;
    this.#narrator.chapter(1, 'A hub, its worker and three devices');
    const context = await this.#startAll();

    this.#narrator.chapter(2, 'Data');
    const data = await importData(context);

    this.#narrator.chapter(3, 'Training, quantization, evaluation');
    const training = await train(context);

    this.#narrator.chapter(4, 'Signed release, rolled out in waves');
    const firstRollout = await rollOut(context, training.version);
    const accuracyBefore = await watchAccuracy(context, training.version, Date.now(), 'accuracy on the devices');
    await hub.client.put(`/models/${DEMO_MODEL}/retraining-policy`, RETRAINING_POLICY);

    this.#narrator.chapter(5, 'A sensor drifts');
    const drift = await driftAndAlert(context, training.version);

    this.#narrator.chapter(6, 'Retraining: the challenger must beat the champion');
    const retraining = await followRetraining(context);
    const secondRollout = await followRollout(context, retraining.rolloutId);

    this.#narrator.chapter(7, 'Recovered');
    const accuracyRecovered = await watchAccuracy(
      context,
      retraining.challengerVersion,
      Date.now(),
      'accuracy on the devices, sensor still off',
    );
    checkRecovery(accuracyBefore, drift, accuracyRecovered);

    this.#narrator.chapter(8, 'What it costs a device');
    const footprint = await measureFootprint(context, this.#gateway, retraining.challengerVersion);
    const telemetry = await telemetryFigures(context, [...this.#agents, this.#gateway]);
    return {
      seconds: this.#narrator.elapsedSeconds,
      data,
      training,
      firstRollout,
      accuracyBefore,
      drift,
      retraining,
      secondRollout,
      accuracyRecovered,
      telemetry,
      footprint,
    };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#agents, this.#gateway].map((agent) => agent.stop()));
    await this.hub.stop();
  }

  async #startAll(): Promise<DemoContext> {
    await this.hub.start();
    this.#narrator.say(`hub at ${this.hub.address.httpUrl}, broker at ${this.hub.address.mqttUrl}`);
    for (const agent of this.#agents) {
      await agent.enroll(this.hub, 'simulated');
      agent.start();
      this.#narrator.say(`${agent.deviceId} made its key, enrolled with a one-time token and started`);
    }
    return {
      folder: this.#folder,
      narrator: this.#narrator,
      hub: this.hub,
      client: this.hub.client,
      agents: this.#agents,
      data: this.#data,
      driftSwitch: this.#driftSwitch,
    };
  }
}

/** Three drifted checks in a row and enough labelled readings start a retraining; a better challenger goes out. */
const RETRAINING_POLICY = {
  enabled: true,
  when: { driftChecks: 3, minLabelled: 1_500 },
  data: { lastMs: 3_600_000, heldOutShare: 0.3 },
  accept: { minGain: 0.005 },
  // biome-ignore lint/suspicious/noThenProperty: the policy's own word for what follows an accepted challenger
  then: DEMO_PLAN,
  coolDownMs: 600_000,
};

function checkRecovery(before: DeviceAccuracy, drift: DriftFigures, after: DeviceAccuracy): void {
  const lost = before.accuracy - drift.accuracy;
  const regained = after.accuracy - drift.accuracy;
  if (lost < 0.01 || regained < lost / 2) {
    throw new RigError(
      'STAGE_FAILED',
      `accuracy did not recover: ${percent(before.accuracy)}, ${percent(drift.accuracy)} drifted, ${percent(after.accuracy)} after`,
    );
  }
}
