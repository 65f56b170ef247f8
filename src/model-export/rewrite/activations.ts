import { float, type Graph, inputOf, type Node, numberOf, outputOf, scalarOf } from '../graph.ts';
import { dropUnused, GraphLinks, replaceValue } from '../graph-links.ts';

/**
 * Writes the hard-swish `x * clip(x + 3, 0, 6) / 6`, spelled out as four nodes, as `x * HardSigmoid(x)`: two passes
 * over the data instead of four, and both exist in the blocked layout of ONNX Runtime's convolutions.
 */
export function contractHardSwish(graph: Graph): void {
  const links = new GraphLinks(graph);
  for (const division of graph.nodes.filter(({ op }) => op === 'Div')) {
    const product = links.producer(division.inputs[0]);
    const clip = product?.op === 'Mul' ? links.producer(product.inputs[1]) : undefined;
    const sum = clip?.op === 'Clip' ? links.producer(clip.inputs[0]) : undefined;
    if (!product || !clip || sum?.op !== 'Add') continue;
    const x = inputOf(sum, 0);
    const six = scalarOf(graph, division.inputs[1]);
    const [low, high] = clipBounds(graph, clip);
    if (product.inputs[0] !== x || scalarOf(graph, sum.inputs[1]) !== 3) continue;
    if (six !== 6 || low !== 0 || high !== 6) continue;
    const gate = `${outputOf(division)}/gate`;
    replaceNode(
      graph,
      division,
      { op: 'HardSigmoid', inputs: [x], outputs: [gate], attributes: hardSwishGate() },
      { op: 'Mul', inputs: [x, gate], outputs: [outputOf(division)], attributes: {} },
    );
  }
  dropUnused(graph);
}

/** The slope and offset that make `HardSigmoid(x)` equal `clip(x + 3, 0, 6) / 6`. */
export function hardSwishGate(): Node['attributes'] {
  return { alpha: float(1 / 6), beta: float(0.5) };
}

/** Drops multiplications by the constant 1, which a swish with a slope of 1 brings along. */
export function dropMultiplicationsByOne(graph: Graph): void {
  for (const node of graph.nodes.filter(({ op }) => op === 'Mul')) {
    if (scalarOf(graph, node.inputs[1]) === 1) replaceValue(graph, outputOf(node), inputOf(node, 0));
  }
  dropUnused(graph);
}

function clipBounds(graph: Graph, clip: Node): [number | undefined, number | undefined] {
  // Attributes up to opset 10, inputs from 11 on.
  return clip.inputs.length === 1
    ? [numberOf(clip, 'min', Number.NEGATIVE_INFINITY), numberOf(clip, 'max', Number.POSITIVE_INFINITY)]
    : [scalarOf(graph, clip.inputs[1]), scalarOf(graph, clip.inputs[2])];
}

function replaceNode(graph: Graph, old: Node, ...replacement: Node[]): void {
  graph.nodes.splice(graph.nodes.indexOf(old), 1, ...replacement);
}
