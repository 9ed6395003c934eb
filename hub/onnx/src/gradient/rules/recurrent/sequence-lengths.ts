import { DATA_TYPE } from '../../../tensor/element-type.ts';
import { int64, type TensorOf, tensor } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';

/** Sequences of one batch that end at different steps: masks over [time, batch, width] by the input `lengths` [batch]. */
export class SequenceLengths {
  readonly #context: RuleContext;
  readonly #lengths: string;
  /** Place of the input whose first axis is time. */
  readonly #timed: number;
  readonly #known = new Map<string, string>();

  constructor(context: RuleContext, lengths: string, timed: number) {
    this.#context = context;
    this.#lengths = lengths;
    this.#timed = timed;
  }

  /** Where a sequence has values, [time, batch, 1]. */
  get isInside(): string {
    return this.#once('inside', () => this.#context.op('Less', [this.#times, this.#column]));
  }

  /** Where a sequence has its last value, [time, batch, 1]. */
  get isEnd(): string {
    return this.#once('end', () => {
      const count = this.#context.op('Add', [this.#times, this.#constant(1)]);
      return this.#context.op('Equal', [count, this.#column]);
    });
  }

  /** Where sequences have their first value, [time, 1, 1]. */
  get isStart(): string {
    return this.#once('start', () => this.#context.op('Equal', [this.#times, this.#constant(0)]));
  }

  /** Whether a sequence is not empty, [batch, 1]. */
  get hasSteps(): string {
    return this.#once('steps', () => this.#context.op('Greater', [this.#column, this.#constant(0)]));
  }

  get #column(): string {
    const shape = [-1, 1];
    return this.#once('column', () =>
      this.#context.op('Reshape', [this.#lengths, this.#context.constant(int64(shape))]),
    );
  }

  /** 0, 1, ... as [time, 1, 1], of the type of the lengths. */
  get #times(): string {
    return this.#once('times', () => this.#buildTimes());
  }

  #buildTimes(): string {
    const context = this.#context;
    const time = context.inputType(this.#timed).dims?.[0];
    if (typeof time === 'number') return context.constant(int32([...new Array(time).keys()], [time, 1, 1]));
    const shape = context.op('Shape', [context.input(this.#timed)]);
    const size = context.op('Gather', [shape, context.constant(int64([0], []))]);
    const count = context.op('Cast', [size], { to: DATA_TYPE.int32 });
    const range = context.op('Range', [this.#constant(0), count, this.#constant(1)]);
    return context.op('Reshape', [range, context.constant(int64([-1, 1, 1]))]);
  }

  #constant(value: number): string {
    return this.#context.constant(int32([value], []));
  }

  #once(name: string, build: () => string): string {
    const known = this.#known.get(name) ?? build();
    this.#known.set(name, known);
    return known;
  }
}

function int32(values: readonly number[], dims: readonly number[]): TensorOf<'int32'> {
  return tensor('int32', dims, Int32Array.from(values));
}
