import { type Model, type Node, withFields, withGraph } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { liftConstants } from '../../graph/lift-constants.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { pruneModel, requiredInputs } from '../../graph/prune.ts';
import { sortNodes, valuesRead } from '../../graph/topology.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { type InferredTypes, inferTypes, overridableNames } from '../../shape/infer-types.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { elementCount, type TensorOf } from '../../tensor/tensor.ts';
import { type Float16Scope, float16Plan } from './float16-plan.ts';
import { isWithinHalf, toHalfTensor } from './half-tensor.ts';

/** Smaller constants of float32 nodes stay as they are: the Cast node would take more bytes than it saves. */
const MIN_ENTRIES = 128;

/**
 * The model in half precision: products and what follows them compute in float16, with Casts where float32 begins and
 * ends. Inputs and outputs keep their types, what prepares raw features and what comes behind sensitive operators stays
 * float32, graphs inside of nodes are left as they are. Large weights of float32 nodes are stored in float16 too.
 *
 * A processor without float16 computes float32 between Casts that ONNX Runtime adds: half the file and no more.
 * `planFloat16` says which nodes stay float32 and why.
 *
 * @throws ModelError OPSET_UNSUPPORTED where a model of an operator set before 13 cannot be upgraded
 */
export function toFloat16(given: Model, scope: Float16Scope = {}): Model {
  const model = liftConstants(upgradeOpset(given, OLDEST_SUPPORTED_OPSET));
  const types = inferTypes(model);
  const half = new Set(float16Plan(model, types, scope).half);
  const graph = new HalfGraph(model, types);
  for (const node of sortNodes(model.graph.node)) {
    if (half.has(node)) graph.addHalf(node);
    else graph.addFloat(node);
  }
  return graph.finish();
}

/** A graph of which every float value has a float32 form, a float16 form or both; a Cast makes what is missing. */
class HalfGraph {
  readonly #model: Model;
  readonly #types: InferredTypes;
  readonly #graph: GraphBuilder;
  readonly #overridable: ReadonlySet<string>;
  /** Float16 form of each value that has one. */
  readonly #halves = new Map<string, string>();
  /** Values that a node in half precision writes and whose float32 form is not there yet. */
  readonly #halfOnly = new Set<string>();
  /** Constants that are stored as float16, and cast to their old name. */
  readonly #castBack = new Set<string>();

  constructor(model: Model, types: InferredTypes) {
    this.#model = model;
    this.#types = types;
    this.#graph = GraphBuilder.rewrite(model);
    this.#overridable = overridableNames(model);
  }

  /** Adds a node whose floats are float16. */
  addHalf(node: Node): void {
    const input = node.input.map((name) => (this.#isFloat(name) ? this.#half(name) : name));
    const output = node.output.map((name) => (this.#isFloat(name) ? this.#newHalf(name) : name));
    this.#graph.keep(withFields(node, { input, output }));
  }

  /** Adds a node as it is. */
  addFloat(node: Node): void {
    if (isAskingForSize(node)) {
      this.#graph.keep(withFields(node, { input: node.input.map((name) => this.#halves.get(name) ?? name) }));
      return;
    }
    for (const name of valuesRead(node)) this.#requireFloat32(name);
    this.#graph.keep(node);
  }

  finish(): Model {
    const { graph } = this.#model;
    for (const { name } of graph.output) this.#requireFloat32(name ?? '');
    const built = this.#graph.build();
    const initializer = built.graph.initializer.filter(({ name }) => !this.#castBack.has(name ?? ''));
    return pruneModel(withGraph(built, { initializer }), requiredInputs(this.#model));
  }

  #newHalf(name: string): string {
    const half = this.#graph.fresh(`${name}_float16`);
    this.#halves.set(name, half);
    this.#halfOnly.add(name);
    return half;
  }

  /** The float16 form of a value. */
  #half(name: string): string {
    const known = this.#halves.get(name);
    if (known !== undefined) return known;
    const constant = this.#constant(name);
    const half = constant
      ? this.#graph.constant(toHalfTensor(constant), `${name}_float16`)
      : this.#graph.node('Cast', [name], { to: DATA_TYPE.float16 }, { name: `${name}_float16` });
    this.#halves.set(name, half);
    return half;
  }

  #requireFloat32(name: string): void {
    if (this.#halfOnly.delete(name)) {
      this.#graph.replace(name, 'Cast', [this.#halves.get(name)], { to: DATA_TYPE.float32 });
      return;
    }
    if (this.#castBack.has(name)) return;
    const constant = this.#constant(name);
    if (!constant || elementCount(constant.dims) < MIN_ENTRIES || !isWithinHalf(constant)) return;
    this.#castBack.add(name);
    this.#graph.replace(name, 'Cast', [this.#half(name)], { to: DATA_TYPE.float32 });
  }

  #constant(name: string): TensorOf<'float32'> | undefined {
    if (!this.#isFloat(name) || this.#overridable.has(name) || !this.#types.constants.has(name)) return undefined;
    const constant = this.#types.constants.get(name);
    return constant?.type === 'float32' ? constant : undefined;
  }

  #isFloat(name: string): boolean {
    return name !== '' && this.#types.typeOf(name).type === 'float32';
  }
}

/** Whether a node reads nothing of a value but its shape, which both forms have. */
function isAskingForSize({ opType, domain }: Node): boolean {
  return isStandardDomain(domain) && (opType === 'Shape' || opType === 'Size');
}
