import type { StepNodes } from '../step-nodes.ts';

export interface LstmActivations {
  gate(value: string): string;
  squash(value: string): string;
}

/** From the gates i f c o in front of their activations and the last cell state to h and c. */
export function lstmStates(
  [i = '', f = '', g = '', o = '']: readonly string[],
  carried: string,
  nodes: StepNodes,
  { gate, squash }: LstmActivations,
): string[] {
  const remaining = nodes.node('Mul', [gate(f), carried]);
  const added = nodes.node('Mul', [gate(i), squash(g)]);
  const next = nodes.node('Add', [remaining, added]);
  return [nodes.node('Mul', [gate(o), squash(next)]), next];
}
