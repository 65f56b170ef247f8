import { float, type Graph, inputOf, int, type Node, outputOf, scalarOf } from '../graph.ts';
import { dropUnused, GraphLinks } from '../graph-links.ts';

/** Writes layer normalisation over the last axis, spelled out as nine nodes, as the one operator that it is. */
export function contractLayerNormalisation(graph: Graph): void {
  const links = new GraphLinks(graph);
  for (const shift of graph.nodes.filter(({ op }) => op === 'Add')) {
    const scale = links.producer(shift.inputs[0]);
    const quotient = scale?.op === 'Mul' ? links.producer(scale.inputs[0]) : undefined;
    const difference = quotient?.op === 'Div' ? links.producer(quotient.inputs[0]) : undefined;
    const mean = difference?.op === 'Sub' ? links.producer(difference.inputs[1]) : undefined;
    if (!scale || !quotient || !difference || mean?.op !== 'ReduceMean') continue;
    const epsilon = epsilonOf(graph, links, inputOf(quotient, 1), outputOf(difference));
    if (epsilon === undefined) continue;
    Object.assign(shift, {
      op: 'LayerNormalization',
      inputs: [inputOf(difference, 0), inputOf(scale, 1), inputOf(shift, 1)],
      attributes: { axis: int(-1), epsilon: float(epsilon) },
    } satisfies Partial<Node>);
  }
  dropUnused(graph);
}

/** The epsilon of `sqrt(mean(difference ^ 2) + epsilon)`, or `undefined` when the value is something else. */
function epsilonOf(
  graph: Graph,
  links: GraphLinks,
  deviation: string,
  difference: string,
): number | undefined {
  const root = links.producer(deviation);
  const sum = root?.op === 'Sqrt' ? links.producer(root.inputs[0]) : undefined;
  const mean = sum?.op === 'Add' ? links.producer(sum.inputs[0]) : undefined;
  const square = mean?.op === 'ReduceMean' ? links.producer(mean.inputs[0]) : undefined;
  const matches = square?.op === 'Pow' && square.inputs[0] === difference;
  return matches && sum ? scalarOf(graph, sum.inputs[1]) : undefined;
}
