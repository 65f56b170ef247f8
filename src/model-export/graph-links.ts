import type { Graph, Node } from './graph.ts';

/** Who makes and who reads each value of a graph, as it was when this was made. */
export class GraphLinks {
  readonly #producers = new Map<string, Node>();
  readonly #consumers = new Map<string, Node[]>();
  readonly #outputs: ReadonlySet<string>;

  constructor(graph: Graph) {
    this.#outputs = new Set(graph.outputs.map((output) => output.name));
    for (const node of graph.nodes) {
      for (const output of node.outputs) this.#producers.set(output, node);
      for (const input of new Set(node.inputs)) {
        const readers = this.#consumers.get(input);
        if (readers) readers.push(node);
        else this.#consumers.set(input, [node]);
      }
    }
  }

  producer(value: string | undefined): Node | undefined {
    return value === undefined ? undefined : this.#producers.get(value);
  }

  consumers(value: string): readonly Node[] {
    return this.#consumers.get(value) ?? [];
  }

  /** The node that alone reads a value, or `undefined` when there are several or the graph gives it out. */
  onlyConsumer(value: string): Node | undefined {
    const readers = this.consumers(value);
    return readers.length === 1 && !this.#outputs.has(value) ? readers[0] : undefined;
  }
}

/** Makes every reader of one value read another instead, the graph's outputs included. */
export function replaceValue(graph: Graph, from: string, to: string): void {
  for (const node of graph.nodes) node.inputs = node.inputs.map((input) => (input === from ? to : input));
  for (const output of graph.outputs) if (output.name === from) output.name = to;
}

/** Drops the nodes and constants that no output needs. */
export function dropUnused(graph: Graph): void {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const input of node.inputs) needed.add(input);
    kept.push(node);
  }
  graph.nodes = kept.reverse();
  for (const name of graph.constants.keys()) if (!needed.has(name)) graph.constants.delete(name);
}
