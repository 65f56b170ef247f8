import { type Graph, inputOf, int64s, intsOf, outputOf } from '../graph.ts';
import { dropUnused, GraphLinks } from '../graph-links.ts';

/** One entry of a shape: a number, or the size of one axis of a value. */
type Entry = number | { of: string; axis: number };

/**
 * Replaces shapes that a graph computes for its `Reshape` nodes (Shape, Slice, Cast, Concat) by constants: 0 where
 * an axis keeps its place and size, -1 for the one size that follows from the others.
 *
 * @throws Error when more than one size of a target shape depends on the input.
 */
export function makeReshapesStatic(graph: Graph): void {
  const links = new GraphLinks(graph);

  const entriesOf = (value: string): Entry[] => {
    const constant = graph.constants.get(value);
    if (constant) return Array.from(constant.data, Number);
    const node = links.producer(value);
    if (!node) throw new Error(`The shape ${value} is not computed in the graph`);
    if (node.op === 'Cast') return entriesOf(inputOf(node, 0));
    if (node.op === 'Concat') return node.inputs.flatMap(entriesOf);
    const source = node.op === 'Slice' ? sourceOfSlice(inputOf(node, 0)) : undefined;
    if (!source) throw new Error(`The shape ${value} comes from ${node.op}`);
    const [start, end] = intsOf(node, 'starts').concat(intsOf(node, 'ends'));
    const axes = Array.from({ length: (end ?? 0) - (start ?? 0) }, (_, index) => (start ?? 0) + index);
    return axes.map((axis) => ({ of: source, axis }));
  };

  const sourceOfSlice = (value: string): string | undefined => {
    const node = links.producer(value);
    if (node?.op === 'Cast') return sourceOfSlice(inputOf(node, 0));
    return node?.op === 'Shape' ? inputOf(node, 0) : undefined;
  };

  for (const node of graph.nodes.filter(({ op }) => op === 'Reshape')) {
    const data = inputOf(node, 0);
    const target = entriesOf(inputOf(node, 1)).map((entry, position) => {
      if (typeof entry === 'number') return entry;
      return entry.of === data && entry.axis === position ? 0 : -1;
    });
    if (target.filter((size) => size === -1).length > 1) {
      throw new Error(`The shape of ${outputOf(node)} has more than one free size`);
    }
    const constant = `${outputOf(node)}/shape`;
    graph.constants.set(constant, int64s(target));
    node.inputs[1] = constant;
  }
  dropUnused(graph);
}
