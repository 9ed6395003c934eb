import { DATA_TYPE } from '@edgeloop/onnx';
import type { ExportContext } from '../export-context.ts';

/** Which steps of each row count, and how steps that do not are skipped. */
export class StepMask {
  readonly #context: ExportContext;
  readonly #mask: string;
  readonly #known = new Map<string, string>();

  /** @param mask bool [batch, time] */
  constructor(context: ExportContext, mask: string) {
    this.#context = context;
    this.#mask = mask;
  }

  /** Bool [time, batch, 1]. */
  get bySteps(): string {
    return this.#once('steps', () => {
      const timeFirst = this.#context.node('Transpose', [this.#mask], { perm: [1, 0] });
      return this.#context.node('Unsqueeze', [timeFirst, this.#context.integers([2])]);
    });
  }

  /** How many steps of each row count, int32 [batch]. */
  get lengths(): string {
    return this.#once('lengths', () => {
      const total = this.#context.node('ReduceSum', [this.#flags, this.#context.integers([1])], { keepdims: 0 });
      return this.#cast(total, 'int32');
    });
  }

  /** [batch, time, features] with the steps that count in front, in their order, and the others behind them. */
  compacted(value: string): string {
    return this.#picked(value, this.#order);
  }

  /**
   * What each step of TensorFlow.js gives, [batch, time, units] in the order of time: at a step that does not count,
   * the output of the one before it in the order of the run; before all that count, the initial state.
   *
   * @param compacted outputs of the steps of `compacted`
   * @param initial [batch, units]
   */
  spread(compacted: string, initial: string | undefined, isBackwards: boolean): string {
    const context = this.#context;
    const done = this.#done(isBackwards);
    const hasBegun = context.node('Greater', [done, context.integers([0])]);
    const place = isBackwards
      ? context.node('Sub', [this.#total, done])
      : context.node('Sub', [done, context.integers([1])]);
    const outputs = this.#picked(compacted, context.node('Where', [hasBegun, place, context.integers([0])]));
    const before = initial === undefined ? context.number(0) : this.#unsqueezed(initial, 1);
    return context.node('Where', [this.#unsqueezed(hasBegun, 2), outputs, before]);
  }

  /** The last state [batch, units] of the run; the initial one where no step counts. */
  last(state: string, initial: string | undefined): string {
    if (initial === undefined) return state;
    const context = this.#context;
    const hasSteps = context.node('Greater', [this.#total, context.integers([0])]);
    return context.node('Where', [hasSteps, state, initial]);
  }

  /** int64 [batch, time] */
  get #flags(): string {
    return this.#once('flags', () => this.#cast(this.#mask, 'int64'));
  }

  /** int64 [batch, 1] */
  get #total(): string {
    return this.#once('total', () =>
      this.#context.node('ReduceSum', [this.#flags, this.#context.integers([1])], { keepdims: 1 }),
    );
  }

  /** How many steps that count are done, with this one, int64 [batch, time]. */
  #done(isBackwards: boolean): string {
    return this.#once(`done ${isBackwards}`, () => this.#counted(this.#flags, isBackwards));
  }

  /** Where each compacted step comes from, int64 [batch, time]. */
  get #order(): string {
    return this.#once('order', () => {
      const context = this.#context;
      const others = this.#counted(this.#cast(context.node('Not', [this.#mask]), 'int64'), false);
      const behind = context.node('Add', [this.#total, others]);
      const place = context.node('Where', [this.#mask, this.#done(false), behind]);
      // Places are a permutation; sorted, their indices are the inverse one.
      const size = context.node('Shape', [this.#mask], { start: 1, end: 2 });
      const [, order = ''] = context.graph.nodeWithOutputs(2, 'TopK', [place, size], { axis: 1, largest: 0 });
      return order;
    });
  }

  #counted(flags: string, isBackwards: boolean): string {
    const context = this.#context;
    return context.node('CumSum', [flags, context.integers([1])], { reverse: Number(isBackwards) });
  }

  /** Rows of `value` [batch, time, ...] at `places` [batch, time]. */
  #picked(value: string, places: string): string {
    return this.#context.node('GatherND', [value, this.#unsqueezed(places, 2)], { batch_dims: 1 });
  }

  #unsqueezed(value: string, axis: number): string {
    return this.#context.node('Unsqueeze', [value, this.#context.integers([axis])]);
  }

  #cast(value: string, type: 'int32' | 'int64'): string {
    return this.#context.node('Cast', [value], { to: DATA_TYPE[type] });
  }

  #once(name: string, add: () => string): string {
    const value = this.#known.get(name) ?? add();
    this.#known.set(name, value);
    return value;
  }
}
