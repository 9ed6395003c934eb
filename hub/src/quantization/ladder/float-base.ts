import {
  CALIBRATION_METHODS,
  type CalibrationMethod,
  inferTypes,
  type Model,
  planQuantization,
  type QuantizationPlan,
  staticQuantize,
  type ValueRange,
} from '@edgeloop/onnx';
import { RequestError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import type { QuantizationGoals } from '../../store/recipe/recipe.ts';
import { type Calibration, calibrate } from '../calibration/calibrate.ts';
import type { FeedSource } from '../feed-source.ts';
import { type NodeNoise, nodeNoise } from '../sensitivity/node-noise.ts';
import { Probe } from '../sensitivity/probe.ts';
import { type SlowNodes, slowNodes } from '../sensitivity/slow-nodes.ts';
import { SAME_SPEED } from './judge-form.ts';

export interface BaseSetting {
  readonly engine: GraphEngine;
  /** Undefined: nothing can be calibrated. */
  readonly calibration: FeedSource | undefined;
  readonly nowMs: () => number;
  readonly goals: QuantizationGoals;
  readonly signal?: AbortSignal | undefined;
}

/** How a static form is made of a float one. */
export interface StaticRecipe {
  readonly method: CalibrationMethod;
  /** Nodes that stay in float. */
  readonly exclude: readonly string[];
  readonly reduceRange: boolean;
  /** Takes the mean error that rounding the weights makes off the biases. @default false */
  readonly correctBias?: boolean | undefined;
  /** Form of the version before, whose scales are kept where they fit. */
  readonly previous?: Model | undefined;
}

const ALL_METHODS = CALIBRATION_METHODS.join();

/** What calibration rows tell of the values of a model, by their names. */
export interface Calibrated extends Pick<Calibration, 'means' | 'maxima'> {
  readonly ranges: ReadonlyMap<string, ValueRange>;
}

/** A float model that forms are made of, with what is found out about it: each thing once, when it is first asked for. */
export class FloatBase {
  readonly model: Model;
  readonly plan: QuantizationPlan;
  readonly #setting: BaseSetting;
  readonly #found = new Map<string, Promise<unknown>>();

  constructor(model: Model, setting: BaseSetting) {
    this.model = model;
    this.plan = planQuantization(model);
    this.#setting = setting;
  }

  /** Names of the nodes that can be integers, in the order of the graph. */
  get nodes(): readonly string[] {
    return this.plan.quantized.map(({ name }) => name);
  }

  /**
   * Another float model made of this one, in the same circumstances; made once.
   *
   * @param make undefined where it would be the same model
   */
  derived(what: string, make: () => Promise<Model | undefined>): Promise<FloatBase | undefined> {
    return this.#once(`derived ${what}`, async () => {
      const model = await make();
      return model && new FloatBase(model, this.#setting);
    });
  }

  /**
   * Ranges by one method, and what else calibration rows tell. Most models need min-max only, so the others are taken
   * when they are first asked for.
   *
   * @throws RequestError INVALID_INPUT without calibration rows
   */
  async calibrated(method: CalibrationMethod = 'min-max'): Promise<Calibrated> {
    const known = this.#found.has(ALL_METHODS) ? await this.#calibration(CALIBRATION_METHODS) : undefined;
    const { ranges, means, maxima } = known ?? (await this.#calibration([method]));
    return { ranges: ranges.get(method) ?? new Map(), means, maxima };
  }

  #calibration(methods: readonly CalibrationMethod[]): Promise<Calibration> {
    return this.#once(methods.join(), async () =>
      calibrate(this.model, this.#source(), this.#setting.engine, {
        methods,
        values: valuesAround(this.plan, this.model),
        signal: this.#setting.signal,
      }),
    );
  }

  probe(): Promise<Probe> {
    return this.#once('probe', async () => Probe.of(this.model, this.#source(), this.#setting.engine));
  }

  async staticForm({ method, exclude, reduceRange, correctBias, previous }: StaticRecipe): Promise<Model> {
    const { ranges, means } = await this.calibrated(method);
    const options = {
      ...{ exclude, reduceRange },
      ...(correctBias ? { inputMeans: means } : {}),
      ...(previous ? { previous } : {}),
    };
    return staticQuantize(this.model, ranges, options);
  }

  /** The method whose form errs least on calibration rows, so that held-out rows need not choose. */
  bestMethod(exclude: readonly string[]): Promise<CalibrationMethod> {
    return this.#once(`method ${exclude.join()}`, async () => {
      // One pass for all of them.
      await this.#calibration(CALIBRATION_METHODS);
      const probe = await this.probe();
      let best: { readonly method: CalibrationMethod; readonly noise: number } | undefined;
      for (const method of CALIBRATION_METHODS) {
        const noise = await probe.noise(await this.staticForm({ method, exclude, reduceRange: false }));
        if (best === undefined || noise < best.noise) best = { method, noise };
      }
      return best?.method ?? 'min-max';
    });
  }

  /** What each node adds to the error when only it is in integers. */
  noise(): Promise<readonly NodeNoise[]> {
    return this.#once('noise', async () => {
      const { ranges } = await this.calibrated();
      const formOf = (only: readonly string[]): Model => {
        const exclude = this.nodes.filter((name) => !only.includes(name));
        return staticQuantize(this.model, ranges, { exclude });
      };
      return nodeNoise(this.model, this.nodes, await this.probe(), formOf);
    });
  }

  /** Kinds of nodes that are faster in float on this machine. */
  slow(): Promise<readonly SlowNodes[]> {
    return this.#once('slow', async () => {
      const { ranges } = await this.calibrated();
      const formWithout = (exclude: readonly string[]): Model => staticQuantize(this.model, ranges, { exclude });
      const { engine, nowMs, goals } = this.#setting;
      // Not all of what counts as equally fast, for the judge measures again.
      const limitShare = goals.maxLatencyShare * (1 + SAME_SPEED / 2);
      return slowNodes({ float: this.model, source: this.#source(), engine, nowMs, formWithout, limitShare });
    });
  }

  #source(): FeedSource {
    const { calibration } = this.#setting;
    if (calibration !== undefined) return calibration;
    throw new RequestError('INVALID_INPUT', 'calibration rows must be given, got none');
  }

  #once<T>(key: string, find: () => Promise<T>): Promise<T> {
    const known = this.#found.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const finding = find();
    this.#found.set(key, finding);
    return finding;
  }
}

/** Every float value that becomes an integer when some of the nodes stay in float, whichever these are. */
function valuesAround({ quantized, carried, activations }: QuantizationPlan, model: Model): readonly string[] {
  const types = inferTypes(model);
  const around = [...quantized, ...carried].flatMap(({ node }) => [...node.input, ...node.output]);
  return [...new Set([...activations, ...around])].filter(
    (name) => name !== '' && !types.constants.has(name) && types.typeOf(name).type === 'float32',
  );
}
