import { type Graph, inputOf, int64s, intsOf, type Node, outputOf } from '../graph.ts';

/**
 * Brings operators of opsets 9 and 11 into opset 17's form: `Squeeze` and `Slice` take as inputs what were
 * attributes, and a `Resize` gives up its empty region of interest.
 */
export function modernise(graph: Graph): void {
  for (const node of graph.nodes) {
    if (node.op === 'Squeeze') moveToInputs(graph, node, ['axes']);
    if (node.op === 'Slice') moveToInputs(graph, node, ['starts', 'ends', 'axes']);
    if (node.op === 'Resize' && node.inputs.length > 1) node.inputs[1] = '';
  }
}

function moveToInputs(graph: Graph, node: Node, names: string[]): void {
  if (!names.some((name) => name in node.attributes)) return;
  node.inputs = [inputOf(node, 0)];
  for (const name of names) {
    const constant = `${outputOf(node)}/${name}`;
    graph.constants.set(constant, int64s(intsOf(node, name)));
    node.inputs.push(constant);
    delete node.attributes[name];
  }
}
