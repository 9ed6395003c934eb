import Long from 'long';
import { describe, expect, test } from 'vitest';
import { onnx } from '#onnx';
import { type Model, newTensorProto, type TensorProto, withFields, withGraph } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { writeModel } from '../format/write-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { decodeTensor } from './decode-tensor.ts';
import { DATA_TYPE } from './element-type.ts';
import { encodeTensor } from './encode-tensor.ts';
import { externalDataOf, externalLocations, resolveExternalData } from './external-data.ts';
import { float32, type Tensor } from './tensor.ts';

const EXTERNAL = onnx.TensorProto.DataLocation.EXTERNAL;
const weights = float32([1, 2, 3, 4], [2, 2]);

function external(name: string, dims: readonly number[], entries: Readonly<Record<string, string>>): TensorProto {
  return newTensorProto({
    name,
    dataType: DATA_TYPE.float32,
    dims: dims.map((dim) => Long.fromNumber(dim)),
    dataLocation: EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
  });
}

function bytesOf(value: Tensor): Uint8Array {
  return encodeTensor('', value).rawData ?? new Uint8Array();
}

/** w of the main graph and v inside of an If both lie in weights.bin. */
function modelWith(w: TensorProto, v = w): Model {
  const inner = new GraphBuilder({ name: 'inner' });
  inner.output(inner.node('Constant', [], { value: float32([0], []) }, { outputs: ['inner_out'] }), 'float32');
  const graph = new GraphBuilder();
  graph.input('c', 'bool', []);
  const branch = inner.graph();
  const constant = withFields(branch.node[0]!.attribute[0]!, { t: v });
  const body = withFields(branch, { node: [withFields(branch.node[0]!, { attribute: [constant] })] });
  graph.node('If', ['c'], { then_branch: body, else_branch: body }, { outputs: ['y'] });
  graph.output('y', 'float32');
  return withGraph(graph.build(), { initializer: [w] });
}

describe('external data', () => {
  const file = new Uint8Array([...new Uint8Array(8), ...bytesOf(weights)]);
  const files = (location: string) => (location === 'weights.bin' ? file : undefined);
  const w = external('w', [2, 2], { location: 'weights.bin', offset: '8', length: '16' });

  test('is found wherever a tensor may stand, and survives a round trip', () => {
    const model = readModel(writeModel(modelWith(w, external('v', [1], { location: 'other/v.bin' }))));
    expect(externalLocations(model)).toEqual(['other/v.bin', 'weights.bin']);
    expect(externalDataOf(model.graph.initializer[0]!)).toEqual({
      location: 'weights.bin',
      offsetBytes: 8,
      lengthBytes: 16,
    });
    expect(externalDataOf(encodeTensor('x', weights))).toBeUndefined();
  });

  test('comes into the model, and each file is asked for once', () => {
    const asked: string[] = [];
    const resolved = resolveExternalData(modelWith(w), (location) => {
      asked.push(location);
      return files(location);
    });
    expect(asked).toEqual(['weights.bin']);
    expect(externalLocations(resolved)).toEqual([]);
    const again = readModel(writeModel(resolved));
    expect(decodeTensor(again.graph.initializer[0]!)).toEqual(weights);
    const [branch] = again.graph.node[0]!.attribute;
    expect(decodeTensor(branch!.g!.node[0]!.attribute[0]!.t!)).toEqual(weights);
  });

  test('may leave out offset and length', () => {
    const rest = external('w', [2, 2], { location: 'weights.bin', offset: '8' });
    expect(decodeTensor(resolveExternalData(modelWith(rest), files).graph.initializer[0]!)).toEqual(weights);
  });

  test('leaves a model without any as it is', () => {
    const model = modelWith(encodeTensor('w', weights));
    expect(resolveExternalData(model, () => undefined)).toBe(model);
  });

  test('is named with tensor and file where it is missing', () => {
    expect(() => decodeTensor(w)).toThrow(
      expect.objectContaining({
        code: 'EXTERNAL_DATA',
        message: 'Tensor w must be inside the model file, got a reference to file weights.bin',
      }),
    );
    expect(() => resolveExternalData(modelWith(w), () => undefined)).toThrow(
      expect.objectContaining({ code: 'EXTERNAL_DATA_MISSING', place: { value: 'w' } }),
    );
    expect(() => resolveExternalData(modelWith(w), () => file.subarray(0, 20))).toThrow(
      expect.objectContaining({ code: 'EXTERNAL_DATA_MISSING' }),
    );
  });

  test('is refused where the reference makes no sense', () => {
    const references = [
      { offset: '0' },
      { location: 'weights.bin', offset: '-8' },
      { location: 'weights.bin', offset: 'x' },
      { location: 'weights.bin', length: '1e3' },
      { location: 'weights.bin', offset: '8', length: '12' },
    ];
    for (const reference of references) {
      expect(() => resolveExternalData(modelWith(external('w', [2, 2], reference)), files)).toThrow(
        expect.objectContaining({ code: 'TENSOR_MALFORMED', place: { value: 'w' } }),
      );
    }
  });

  test('of 2 GiB in total is refused before a file is read', () => {
    const half = external('w', [2 ** 28], { location: 'weights.bin' });
    const load = () => expect.unreachable('a file was read');
    expect(() => resolveExternalData(modelWith(half), load)).toThrow(
      expect.objectContaining({ code: 'EXTERNAL_DATA_TOO_LARGE' }),
    );
  });
});

describe('the size of a model file', () => {
  test('is below 2 GiB, read or written', () => {
    const code = expect.objectContaining({ code: 'MODEL_TOO_LARGE' });
    expect(() => readModel(new Uint8Array(2 ** 31))).toThrow(code);
    const rawData = new Uint8Array(2 ** 30);
    const large = newTensorProto({ name: 'w', dataType: DATA_TYPE.uint8, dims: [Long.fromNumber(2 ** 30)], rawData });
    expect(() => writeModel(modelWith(large))).toThrow(code);
  });
});
