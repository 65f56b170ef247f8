import { floats, type Graph, inputOf, intsOf, type Node, outputOf, scalarOf } from '../graph.ts';
import { dropUnused, GraphLinks } from '../graph-links.ts';
import { absorbInput, inputChannelsOf } from './convolution-weights.ts';

/**
 * Moves `x * s + b` (two constants, learned behind each hard-swish) into the convolutions that read it.
 *
 * A convolution without padding takes in both numbers, also behind a global average. Where padding stands in the way
 * of `b`, the value becomes `x + b / s`, and only `s` moves on. A value that something else reads too stays as it is.
 */
export function foldIntoNextConvolutions(graph: Graph): void {
  for (const shift of graph.nodes.filter(({ op }) => op === 'Add')) {
    const links = new GraphLinks(graph);
    const scale = links.producer(shift.inputs[0]) ?? links.producer(shift.inputs[1]);
    const b = scalarOf(graph, shift.inputs[1]);
    const s = scale?.op === 'Mul' ? scalarOf(graph, scale.inputs[0]) : undefined;
    if (!scale || b === undefined || s === undefined) continue;
    const readers = links.consumers(outputOf(shift));
    if (readers.some((reader) => convolutionBehind(links, reader) === undefined)) continue;
    foldOne(graph, links, { shift, x: inputOf(scale, 1), s, b });
  }
  dropUnused(graph);
}

function foldOne(
  graph: Graph,
  links: GraphLinks,
  { shift, x, s, b }: { shift: Node; x: string; s: number; b: number },
): void {
  const value = outputOf(shift);
  const shiftedOnly: Node[] = [];
  for (const reader of links.consumers(value)) {
    const convolution = convolutionBehind(links, reader);
    if (!convolution) continue;
    const channels = inputChannelsOf(graph, convolution);
    const fill = (number: number) => new Array<number>(channels).fill(number);
    const takesSummand =
      reader.op === 'GlobalAveragePool' || (reader.op === 'Conv' && !isPadded(convolution));
    absorbInput(graph, convolution, fill(s), fill(takesSummand ? b : 0));
    if (takesSummand) reader.inputs = reader.inputs.map((input) => (input === value ? x : input));
    else shiftedOnly.push(reader);
  }
  if (shiftedOnly.length === 0) return;
  const constant = `${value}/summand`;
  graph.constants.set(constant, floats([], [b / s]));
  shift.inputs = [x, constant];
}

/** The convolution that a scaled value ends in: the reader itself, or the one behind a pooling or a gate. */
function convolutionBehind(links: GraphLinks, reader: Node): Node | undefined {
  if (reader.op === 'Conv') return reader;
  if (reader.op !== 'GlobalAveragePool' && reader.op !== 'Mul') return undefined;
  const next = links.onlyConsumer(outputOf(reader));
  return next?.op === 'Conv' ? next : undefined;
}

function isPadded(convolution: Node): boolean {
  return intsOf(convolution, 'pads', []).some((pad) => pad !== 0);
}
