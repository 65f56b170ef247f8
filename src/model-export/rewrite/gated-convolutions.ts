import { floatConstant, floats, type Graph, inputOf, int, int64s, type Node, outputOf } from '../graph.ts';
import { dropUnused, GraphLinks } from '../graph-links.ts';
import { isPointwise } from './gates.ts';

/**
 * Lets a channel gate scale the weights of the convolution of one pixel before it, a few numbers, instead of the map
 * that the convolution puts out. With weights that each picture changes, the convolution becomes a product of matrices.
 */
export function gateWeights(graph: Graph): void {
  const links = new GraphLinks(graph);
  for (const product of graph.nodes.filter(({ op }) => op === 'Mul')) {
    const [x, gate] = product.inputs;
    const convolution = links.producer(x);
    const isMatch =
      x !== undefined &&
      gate !== undefined &&
      convolution !== undefined &&
      isPointwise(convolution) &&
      convolution.inputs.length === 2 &&
      links.onlyConsumer(x) === product &&
      isGate(links, gate);
    if (isMatch) replaceByMatrixProduct(graph, convolution, gate, product);
  }
  dropUnused(graph);
}

function isGate(links: GraphLinks, value: string): boolean {
  const node = links.producer(value);
  return node?.op === 'Add' && links.producer(node.inputs[0])?.op === 'HardSigmoid';
}

function replaceByMatrixProduct(graph: Graph, convolution: Node, gate: string, product: Node): void {
  const value = outputOf(product);
  const map = inputOf(convolution, 0);
  const { shape, data } = floatConstant(graph, inputOf(convolution, 1));
  const [outputs = 0, inputs = 0] = shape;
  graph.constants
    .set(`${value}/weights`, floats([outputs, inputs], data))
    .set(`${value}/column`, int64s([0, outputs, 1]))
    .set(`${value}/flat`, int64s([0, inputs, -1]))
    .set(`${value}/channels`, int64s([0, outputs]));
  const node = (
    op: string,
    inputsOfNode: string[],
    output: string,
    attributes: Node['attributes'] = {},
  ): Node => {
    return { op, inputs: inputsOfNode, outputs: [output], attributes };
  };
  graph.nodes.splice(
    graph.nodes.indexOf(product),
    1,
    node('Reshape', [gate, `${value}/column`], `${value}/gate`),
    node('Mul', [`${value}/weights`, `${value}/gate`], `${value}/gated weights`), // [N,outputs,inputs]
    node('Reshape', [map, `${value}/flat`], `${value}/map`), // [N,inputs,h * w]
    node('MatMul', [`${value}/gated weights`, `${value}/map`], `${value}/product`),
    node('Shape', [map], `${value}/size`, { start: int(2) }),
    node('Concat', [`${value}/channels`, `${value}/size`], `${value}/shape`, { axis: int(0) }),
    node('Reshape', [`${value}/product`, `${value}/shape`], value),
  );
}
