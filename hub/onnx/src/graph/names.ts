import type { Graph } from '../format/messages.ts';

/** Hands out names that are not taken in one graph. */
export class Names {
  readonly #taken = new Set<string>();
  readonly #next = new Map<string, number>();

  /** All names of values and nodes in `graph` and in the graphs inside its nodes. */
  static of(graph: Graph): Names {
    const names = new Names();
    names.#takeGraph(graph);
    return names;
  }

  /** False when the name was taken before. */
  take(name: string): boolean {
    if (this.#taken.has(name)) return false;
    this.#taken.add(name);
    return true;
  }

  /** `prefix` itself when free, else with the first free number behind it. */
  fresh(prefix: string): string {
    let count = this.#next.get(prefix) ?? 0;
    let name = count === 0 ? prefix : `${prefix}_${count}`;
    while (!this.take(name)) {
      count += 1;
      name = `${prefix}_${count}`;
    }
    this.#next.set(prefix, count);
    return name;
  }

  #takeGraph(graph: Graph): void {
    for (const value of [...graph.input, ...graph.output, ...graph.initializer]) this.take(value.name ?? '');
    for (const node of graph.node) {
      this.take(node.name ?? '');
      for (const value of [...node.input, ...node.output]) this.take(value);
      for (const attribute of node.attribute) {
        for (const inner of attribute.g ? [attribute.g, ...attribute.graphs] : attribute.graphs) this.#takeGraph(inner);
      }
    }
  }
}
