import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, bootId as freshBootId, topics } from '@edgeloop/protocol';
import type { AgentStatus } from './agent-status.ts';
import type { AgentConfig } from './device/config.ts';
import { type Identity, privateKeyOf, trustedKeys } from './device/identity.ts';
import type { ChosenProfile } from './device/profile.ts';
import { checkNotRunning, StatusSocket } from './device/status-socket.ts';
import { describeError, OutsideError } from './errors.ts';
import { faultPoint } from './fault-point.ts';
import { makeDeviceToken } from './link/device-token.ts';
import { HubChunkLink } from './link/hub-chunk-link.ts';
import { HubLink } from './link/hub-link.ts';
import type { Log } from './log.ts';
import { AgentPipeline } from './pipeline.ts';
import { ProblemBook } from './problem-book.ts';
import { runnerProgram } from './runner/runner-program.ts';
import { SelfDescription } from './self-description.ts';
import { SlotSet } from './slot-set.ts';
import { slotStatus } from './slot-status.ts';
import { type AgentStore, openAgentStore } from './store/agent-store.ts';
import { Reporter } from './telemetry/reporter.ts';
import { reportSlot } from './telemetry/state-report.ts';
import { processMeter } from './telemetry/window-recorder.ts';
import { systemTime } from './time.ts';
import { BlobFolder } from './update/blob-folder.ts';
import { type CrashPolicy, DEFAULT_CRASH_POLICY } from './update/crash-policy.ts';
import type { SlotRecord } from './update/slot-record.ts';
import { VariantChooser } from './update/variant-chooser.ts';

/** What an agent is made of. */
export interface AgentOptions {
  /** Folder that holds everything the agent keeps. */
  readonly folder: string;
  readonly identity: Identity;
  readonly config: AgentConfig;
  readonly chosen: ChosenProfile;
  readonly log: Log;
}

/** Name of the database in the data folder. */
export const DATABASE_FILE = 'agent.db';

/** The supervisor: builds all parts, connects them, starts and stops them. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #chosen: ChosenProfile;
  readonly #store: AgentStore<SlotRecord>;
  readonly #folder: BlobFolder;
  readonly #problems: ProblemBook;
  readonly #slots: SlotSet;
  readonly #link: HubLink;
  readonly #pipeline: AgentPipeline;
  readonly #self: SelfDescription;
  readonly #reporter: Reporter;
  readonly #socket: StatusSocket;

  private constructor(options: AgentOptions, store: AgentStore<SlotRecord>) {
    const { identity, folder, log, chosen } = options;
    const { deviceId } = identity;
    this.#options = options;
    this.#store = store;
    this.#chosen = chosen;
    this.#folder = new BlobFolder(folder);
    this.#problems = new ProblemBook(systemTime, () => this.#reporter.changed());
    this.#reporter = new Reporter(() => this.#report(), systemTime);
    this.#link = this.#makeLink();
    const chunks = new HubChunkLink(this.#link, deviceId);
    this.#slots = this.#makeSlots(chunks);
    this.#self = new SelfDescription({
      ...{ deviceId, folder, chosen, problems: this.#problems, time: systemTime },
      bootId: store.boot.bootId,
      desiredGeneration: () => store.desired.load()?.generation ?? 0,
      slots: () => this.#slots.all().map((slot) => reportSlot(slot.view())),
    });
    this.#pipeline = new AgentPipeline({
      ...{ deviceId, store, problems: this.#problems, chunks, time: systemTime, log, random: Math.random },
      keys: trustedKeys(identity),
      publish: (topic, payload) => this.#link.publish(topic, payload, 1),
      onDesired: (desired) => this.#slots.apply(desired),
      onCommand: (command) => this.#obey(command),
    });
    this.#socket = new StatusSocket(folder, () => this.status());
  }

  /**
   * Opens the data folder for a new start.
   *
   * @throws AgentUsageError ALREADY_RUNNING; OutsideError as `openAgentStore`
   */
  static async open(options: AgentOptions): Promise<Agent> {
    faultPoint('agent.before-start');
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    await checkNotRunning(options.folder);
    const outboxBytes = options.config.telemetry?.outboxBytes ?? options.chosen.profile.telemetry.outboxBytes.value;
    const store = openAgentStore<SlotRecord>(join(options.folder, DATABASE_FILE), {
      bootId: freshBootId(),
      nowMs: systemTime.nowMs(),
      outboxBytes,
    });
    return new Agent(options, store);
  }

  /** Serves what served before, then connects. */
  async start(): Promise<void> {
    const { log, identity } = this.#options;
    const { profile, reason } = this.#chosen;
    await this.#folder.open();
    await this.#socket.open();
    log.info('agent starts', { deviceId: identity.deviceId, profile: profile.name, reason, ...this.#bootFields() });
    this.#reporter.start();
    this.#slots.start();
    const desired = this.#pipeline.lastDesired();
    if (desired !== undefined) this.#slots.apply(desired);
    this.#link.start();
    faultPoint('agent.after-start');
  }

  /** Lets every runner end its window, says goodbye, closes. */
  async stop(): Promise<void> {
    this.#reporter.stop();
    await this.#slots.stop();
    await this.#link.stop({ topic: topics.death.build(this.#deviceId), payload: this.#self.death('stopped') });
    this.#pipeline.linkDown();
    await this.#socket.close();
    this.#store.database.close();
    this.#options.log.info('agent stopped', this.#bootFields());
  }

  /** What `edgeloop-agent status` shows. */
  status(): AgentStatus {
    const { identity } = this.#options;
    return {
      isRunning: true,
      deviceId: identity.deviceId,
      hubUrl: identity.hubUrl,
      bootId: this.#store.boot.bootId,
      isLinkUp: this.#link.isUp,
      profile: this.#chosen.profile.name,
      profileReason: this.#chosen.reason,
      desiredGeneration: this.#store.desired.load()?.generation ?? 0,
      slots: this.#slots.all().map((slot) => {
        const { inferences, runner } = slot.view();
        const { ports, violations } = slot;
        return slotStatus(slot.record, { inferences, runnerRssBytes: runner?.rssBytes, ports, violations });
      }),
      problems: this.#problems.list().map(({ code, message }) => ({ code, message })),
      outbox: outboxStatus(this.#store),
      supervisorRssBytes: processMeter.rssBytes(),
    };
  }

  get #deviceId(): string {
    return this.#options.identity.deviceId;
  }

  #bootFields(): { readonly bootId: string } {
    return { bootId: this.#store.boot.bootId };
  }

  #makeLink(): HubLink {
    const { identity, log } = this.#options;
    const { deviceId, mqttUrl } = identity;
    const privateKey = privateKeyOf(identity);
    return new HubLink({
      ...{ url: mqttUrl, deviceId, time: systemTime, log, random: Math.random },
      topics: [topics.desired, topics.ack, topics.command].map((topic) => topic.build(deviceId)),
      // Set on each attempt: the parts are built before there is anything to say.
      will: () => ({ topic: topics.death.build(deviceId), payload: this.#self.death('lost') }),
      password: () => makeDeviceToken(identity, privateKey, systemTime.nowMs()),
      onUp: () => this.#onLinkUp(),
      onDown: () => this.#pipeline.linkDown(),
      onMessage: (topic, payload) => this.#pipeline.receive(topic, payload),
      onRefused: (message) =>
        this.#problems.raise('link', 'BAD_CREDENTIALS', `the hub refused this device: ${message}`),
    });
  }

  #makeSlots(chunks: HubChunkLink): SlotSet {
    const { config, identity, log } = this.#options;
    const { profile } = this.#chosen;
    const windowMs = config.telemetry?.windowMs ?? profile.telemetry.windowMs.value;
    return new SlotSet(
      { configured: config.slots, windowMs },
      {
        ...{ deviceId: identity.deviceId, store: this.#store, folder: this.#folder, chunks, log },
        keys: trustedKeys(identity),
        chooser: new VariantChooser(profile, this.#store.quarantine),
        threads: profile.runtime.threads.value,
        policy: crashPolicy(config),
        program: runnerProgram(profile.memory.totalBytes.value),
        problems: this.#problems,
        time: systemTime,
        random: Math.random,
        onChange: () => this.#reporter.changed(),
        onTelemetry: () => this.#pipeline.wake(),
      },
    );
  }

  #onLinkUp(): void {
    this.#problems.settle('link');
    this.#background(this.#introduce());
  }

  /** Birth first, so that the hub knows the boot that everything else belongs to. */
  async #introduce(): Promise<void> {
    await this.#link.publish(topics.birth.build(this.#deviceId), await this.#self.birth(), 1);
    this.#report();
    this.#pipeline.linkUp();
  }

  #report(): void {
    if (!this.#link.isUp) return;
    faultPoint('report.before-publish');
    const published = this.#link.publish(topics.state.build(this.#deviceId), this.#self.state(), 1);
    this.#background(published.then(() => faultPoint('report.after-publish')));
  }

  #obey(command: Command): void {
    if (command.kind === 'report-state') this.#report();
    else if (command.kind === 'self-test') this.#background(this.#slots.selfTest(command.slot));
    else throw new OutsideError('UNKNOWN_COMMAND', `expected self-test or report-state, got ${command.kind}`);
  }

  #background(work: Promise<void>): void {
    work.catch((error: unknown) => {
      const { code, message } = describeError(error);
      // A link that breaks is reported by the link, and everything is said again over the next one.
      if (code !== 'LINK_DOWN') this.#options.log.warn('agent', { code, reason: message });
    });
  }
}

/** What waits in the outboxes. */
export function outboxStatus({
  windows,
  samples,
}: Pick<AgentStore<SlotRecord>, 'windows' | 'samples'>): AgentStatus['outbox'] {
  return {
    windows: windows.count(),
    windowBytes: windows.sizeBytes(),
    samples: samples.count(),
    samplesDropped: samples.dropped(),
  };
}

function crashPolicy({ trial }: AgentConfig): CrashPolicy {
  return {
    ...DEFAULT_CRASH_POLICY,
    ...(trial?.seconds === undefined ? {} : { trialMs: trial.seconds * 1_000 }),
    ...(trial?.failures === undefined ? {} : { trialFailures: trial.failures }),
  };
}
