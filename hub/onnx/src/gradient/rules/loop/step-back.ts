import { type Graph, type ValueInfo, withFields } from '../../../format/messages.ts';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { neededValues } from '../../../graph/prune.ts';
import { toValueInfo } from '../../../graph/value-type.ts';
import { type ElementType, isFloatType } from '../../../tensor/element-type.ts';
import { floatTensor } from '../../../tensor/float-tensor.ts';
import type { RuleContext } from '../../rule-context.ts';
import type { LoopSequence, LoopState, ScanLoop } from './scan-loop.ts';

/** One step of the loop back. */
export interface StepBack {
  /**
   * Reads the gradients of `states` and the sums so far of `sums`, then all states and entries of the forward step and
   * the gradients of `outside`; writes the next ones of the first two, and the gradients of `entries`.
   */
  readonly body: Graph;
  /** States with gradients. */
  readonly states: readonly LoopState[];
  /** Values around the loop whose gradients add up. */
  readonly sums: readonly string[];
  /** Sequences that are read and have gradients. */
  readonly entries: readonly LoopSequence[];
  /** Sequences that are written and whose gradients come from outside. */
  readonly outside: readonly LoopSequence[];
}

/** A value of the forward step, and a value that belongs to its gradient. */
interface WithGradient {
  readonly value: string;
  readonly gradient: string;
}

/** @throws ModelError OPERATOR_NOT_DIFFERENTIABLE */
export function stepBack(context: RuleContext, loop: ScanLoop): StepBack {
  const builder = context.inner('grad_step');
  for (const node of loop.body.node) builder.keep(node);
  const types = new StepTypes(context, loop);
  const states = loop.states.filter(({ input }) => types.isFloat(nameOf(input)));
  const outside = loop.written.filter(({ index }) => context.gradientOf(index) !== undefined);
  const read = loop.read.filter(
    ({ index, entry }) => types.isFloat(nameOf(entry)) && context.isActive(context.input(index)),
  );
  const carried = states.map(({ next }) => ({ value: next, gradient: builder.fresh('grad_state') }));
  const given = outside.map(({ entry }) => ({ value: nameOf(entry), gradient: builder.fresh('grad_entry') }));
  const wanted = [...states.map(({ input }) => input), ...read.map(({ entry }) => entry)].map(nameOf);
  const gradients = context.differentiate(builder, {
    ...{ nodes: loop.body.node, types: loop.types, seeds: seedsOf(builder, [...carried, ...given]) },
    wanted: [...wanted, ...loop.captured],
  });
  const entries = read.filter(({ entry }) => gradients.has(nameOf(entry)));
  const captured = loop.captured.filter((value) => gradients.has(value));
  const sums = captured.map((value) => ({ value, gradient: builder.fresh('grad_sum') }));
  const used = new Set([...carried, ...given].map(({ gradient }) => gradient));
  const written = [
    ...states.map(({ input }, at) => {
      const own = gradients.get(nameOf(input)) ?? zerosLike(builder, carried[at]?.gradient, types.of(nameOf(input)));
      return { value: nameOf(input), gradient: distinct(builder, own, used) };
    }),
    ...sums.map(({ value, gradient }) => ({ value, gradient: builder.node('Add', [gradient, gradients.get(value)]) })),
    ...entries.map(({ entry }) => {
      return { value: nameOf(entry), gradient: distinct(builder, gradients.get(nameOf(entry)) ?? '', used) };
    }),
  ];
  const body = bodyOf(builder.graph(), loop, {
    input: [...types.declared([...carried, ...sums]), ...loop.body.input, ...types.declared(given)],
    output: types.declared(written),
  });
  return { body, states, sums: captured, entries, outside };
}

/** Types of the forward step's values, which are those of their gradients. */
class StepTypes {
  readonly #context: RuleContext;
  readonly #loop: ScanLoop;

  constructor(context: RuleContext, loop: ScanLoop) {
    this.#context = context;
    this.#loop = loop;
  }

  of(value: string): ElementType {
    return this.#loop.types.typeOf(value).type ?? this.#context.floatType;
  }

  isFloat(value: string): boolean {
    return isFloatType(this.of(value));
  }

  declared(gradients: readonly WithGradient[]): ValueInfo[] {
    return gradients.map(({ value, gradient }) => toValueInfo(gradient, { type: this.of(value), dims: undefined }));
  }
}

/** The forward step and the way back, without what only the forward pass needs. */
function bodyOf(graph: Graph, { body }: ScanLoop, ports: Pick<Graph, 'input' | 'output'>): Graph {
  const whole = withFields(graph, {
    ...ports,
    initializer: [...body.initializer, ...graph.initializer],
    sparseInitializer: body.sparseInitializer,
  });
  const needed = neededValues(whole);
  return withFields(whole, { node: whole.node.filter(({ output }) => output.some((value) => needed.has(value))) });
}

function nameOf({ name }: ValueInfo): string {
  return name ?? '';
}

/** A value may be a state and written at the same time. */
function seedsOf(builder: GraphBuilder, gradients: readonly WithGradient[]): Map<string, string> {
  const seeds = new Map<string, string>();
  for (const { value, gradient } of gradients) {
    const other = seeds.get(value);
    seeds.set(value, other === undefined ? gradient : builder.node('Add', [other, gradient]));
  }
  return seeds;
}

/** No output of a body may be one of its inputs or another output. */
function distinct(builder: GraphBuilder, value: string, used: Set<string>): string {
  const own = used.has(value) ? builder.node('Identity', [value]) : value;
  used.add(own);
  return own;
}

function zerosLike(builder: GraphBuilder, value: string | undefined, type: ElementType): string {
  return builder.node('ConstantOfShape', [builder.node('Shape', [value])], { value: floatTensor(type, [0], [1]) });
}
