import { type Graph, newNode, newValueInfo, withFields } from '../../../format/messages.ts';
import type { RuleContext } from '../../rule-context.ts';
import type { ScanLoop } from './scan-loop.ts';

/**
 * Puts a loop in the node's place that keeps what each of its steps starts from.
 *
 * @returns the states in front of each step, [steps, ...] each, in the order of the steps
 */
export function keepStates(context: RuleContext, loop: ScanLoop): string[] {
  const { node } = context;
  const count = node.output.length;
  let kept: string[] = [];
  context.substitute(() => {
    const directions = [...loop.written, ...loop.states].map((part) => Number('isReversed' in part && part.isReversed));
    const attributes = {
      body: keepingBody(context, loop),
      num_scan_inputs: loop.read.length,
      scan_input_directions: loop.read.map(({ isReversed }) => Number(isReversed)),
      scan_output_directions: directions,
    };
    const outputs = context.opMany('Scan', node.input, attributes, count + loop.states.length);
    for (const [at, output] of node.output.entries()) {
      if (output !== '') context.write(output, 'Identity', [outputs[at]]);
    }
    kept = outputs.slice(count);
  });
  return kept;
}

function keepingBody(context: RuleContext, { body, states }: ScanLoop): Graph {
  const copies = states.map(({ input }) => ({ from: input.name ?? '', to: context.fresh('kept'), type: input.type }));
  return withFields(body, {
    node: [...body.node, ...copies.map(({ from, to }) => newNode({ opType: 'Identity', input: [from], output: [to] }))],
    output: [...body.output, ...copies.map(({ to, type }) => newValueInfo({ name: to, type }))],
  });
}
