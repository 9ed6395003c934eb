import { type GraphBuilder, int64 } from '@edgeloop/onnx';

type Operand = string | number;

/** Arithmetic of whole numbers in a graph, int64; plain numbers are constants. */
export class IntegerMath {
  readonly #graph: GraphBuilder;

  constructor(graph: GraphBuilder) {
    this.#graph = graph;
  }

  add(left: Operand, right: Operand): string {
    return this.#apply('Add', left, right);
  }

  subtract(left: Operand, right: Operand): string {
    return this.#apply('Sub', left, right);
  }

  times(left: Operand, right: Operand): string {
    return this.#apply('Mul', left, right);
  }

  /** Without the rest; of numbers that are not negative. */
  over(left: Operand, right: Operand): string {
    return this.#apply('Div', left, right);
  }

  /** The rest; of numbers that are not negative. */
  rest(left: Operand, right: Operand): string {
    return this.#apply('Mod', left, right);
  }

  /** bool */
  isLess(left: Operand, right: Operand): string {
    return this.#apply('Less', left, right);
  }

  choose(condition: string, yes: Operand, no: Operand): string {
    return this.#graph.node('Where', [condition, this.#value(yes), this.#value(no)]);
  }

  #apply(operator: string, left: Operand, right: Operand): string {
    return this.#graph.node(operator, [this.#value(left), this.#value(right)]);
  }

  #value(operand: Operand): string {
    return typeof operand === 'string' ? operand : this.#graph.constant(int64([operand], []));
  }
}
