import { floats, type Graph, inputOf, intsOf, type Node, numberOf, outputOf } from '../graph.ts';
import { dropUnused, GraphLinks } from '../graph-links.ts';

/**
 * Saves passes over whole maps around channel gates (squeeze and excitation), each by an equal step on one number per
 * channel: `x + x * gate` becomes `x * (1 + gate)`, and the average of what a convolution of one pixel puts out becomes
 * that convolution of the average.
 */
export function simplifyGates(graph: Graph): void {
  graph.constants.set('gate/one', floats([], [1]));
  const links = new GraphLinks(graph);
  for (const sum of graph.nodes.filter(({ op }) => op === 'Add')) {
    const product = sum.inputs.map((input) => links.producer(input)).find((node) => node?.op === 'Mul');
    if (product) contractResidualGate(graph, links, sum, product);
  }
  for (const average of graph.nodes.filter(({ op }) => op === 'GlobalAveragePool')) {
    const convolution = links.producer(average.inputs[0]);
    if (convolution && isPointwise(convolution)) averageFirst(graph, average, convolution);
  }
  dropUnused(graph);
}

function contractResidualGate(graph: Graph, links: GraphLinks, sum: Node, product: Node): void {
  const x = sum.inputs.find((input) => input !== outputOf(product));
  const gate = product.inputs.find((input) => input !== x);
  if (!x || !gate || !product.inputs.includes(x) || links.producer(gate)?.op !== 'HardSigmoid') return;
  const raised = `${gate}/raised`;
  sum.op = 'Mul';
  sum.inputs = [x, raised];
  graph.nodes.splice(graph.nodes.indexOf(sum), 0, {
    op: 'Add',
    inputs: [gate, 'gate/one'],
    outputs: [raised],
    attributes: {},
  });
}

/** Whether a node is a convolution that looks at one place alone, at every place, over all channels. */
export function isPointwise(node: Node): boolean {
  const strides = intsOf(node, 'strides', [1, 1]);
  return (
    node.op === 'Conv' &&
    numberOf(node, 'group', 1) === 1 &&
    intsOf(node, 'kernel_shape').every((size) => size === 1) &&
    strides.every((stride) => stride === 1)
  );
}

function averageFirst(graph: Graph, average: Node, convolution: Node): void {
  const averaged = `${outputOf(average)}/averaged`;
  const [, ...weights] = convolution.inputs;
  graph.nodes.splice(
    graph.nodes.indexOf(average),
    1,
    { ...average, inputs: [inputOf(convolution, 0)], outputs: [averaged] },
    { ...convolution, inputs: [averaged, ...weights], outputs: average.outputs },
  );
}
