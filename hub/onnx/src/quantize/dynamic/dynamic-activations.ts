import type { GraphBuilder } from '../../graph/graph-builder.ts';

/** Names of what DynamicQuantizeLinear gives for one activation. */
export interface DynamicActivation {
  readonly quantized: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

/** Activations that are quantized when they come: each once, however many nodes read it. */
export class DynamicActivations {
  readonly #graph: GraphBuilder;
  readonly #added = new Map<string, DynamicActivation>();

  constructor(graph: GraphBuilder) {
    this.#graph = graph;
  }

  of(value: string): DynamicActivation {
    const known = this.#added.get(value);
    if (known) return known;
    const names = this.#graph.nodeWithOutputs(3, 'DynamicQuantizeLinear', [value]);
    const [quantized = '', scale = '', zeroPoint = ''] = names;
    const added = { quantized, scale, zeroPoint };
    this.#added.set(value, added);
    return added;
  }
}
