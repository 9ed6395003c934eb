import {
  DATA_TYPE,
  DEFAULT_OPSET,
  extractModel,
  GraphBuilder,
  int64,
  joinModels,
  type Model,
  modelStats,
} from '@edgeloop/onnx';
import { entries } from '../../row-feeds.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import type { FrontierValue } from './frozen-frontier.ts';

export interface PackedHalves {
  /** From the inputs to `prepared` [batch, size]: the values one behind the other, each row-major. */
  readonly front: Model;
  /** From `prepared` to the output. */
  readonly back: Model;
  readonly size: number;
}

/** A model cut at several values, which become one for training to keep and deal. */
export function packedHalves(
  model: Model,
  inputs: readonly string[],
  output: string,
  values: readonly FrontierValue[],
): PackedHalves {
  const names = values.map(({ value }) => value);
  const size = values.reduce((sum, { dims }) => sum + entries(dims), 0);
  const back = extractModel(model, names, [output]);
  return {
    front: packed(extractModel(model, inputs, names), inputs, values, size),
    back: joinModels(unpacked(values, size, modelStats(model).opsets[''] ?? DEFAULT_OPSET), back),
    size,
  };
}

function packed(front: Model, inputs: readonly string[], values: readonly FrontierValue[], size: number): Model {
  const graph = GraphBuilder.extend(front);
  const rows = values.map(({ value, type, dims }) => {
    const numbers = type === 'float32' ? value : graph.node('Cast', [value], { to: DATA_TYPE.float32 });
    return dims.length === 1 ? numbers : graph.node('Flatten', [numbers]);
  });
  graph.node('Concat', rows, { axis: 1 }, { outputs: [NETWORK_VALUES.prepared] });
  graph.output(NETWORK_VALUES.prepared, 'float32', ['batch', size]);
  return extractModel(graph.build(), inputs, [NETWORK_VALUES.prepared]);
}

function unpacked(values: readonly FrontierValue[], size: number, opset: number): Model {
  const graph = new GraphBuilder({ name: 'core', opset });
  const prepared = graph.input(NETWORK_VALUES.prepared, 'float32', ['batch', size]);
  const list = (...numbers: number[]): string => graph.constant(int64(numbers), 'packed');
  let from = 0;
  for (const { value, type, dims } of values) {
    const to = from + entries(dims);
    const part = graph.node('Slice', [prepared, list(from), list(to), list(1)]);
    const shaped = graph.node('Reshape', [part, list(-1, ...dims)]);
    graph.node(type === 'float32' ? 'Identity' : 'Cast', [shaped], type === 'float32' ? {} : { to: DATA_TYPE[type] }, {
      outputs: [value],
    });
    graph.output(value, type, ['batch', ...dims]);
    from = to;
  }
  return graph.build();
}
