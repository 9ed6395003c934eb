import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import { networkOf } from '../../testing/layer-case.ts';
import { LAYER_CASES } from '../../testing/layer-cases.ts';
import { runPython } from '../../testing/python.ts';
import { RECURRENT_CASES } from '../../testing/recurrent-cases.ts';
import { exportLayersModel } from './export-layers-model.ts';

/**
 * Models are declared to be of the newest operator set that the checker knows; those with an operator that it knows
 * only in an older form, with fewer inputs, or not at all, are named instead.
 */
const SCRIPT = `
# A folder of this name is no module.
sys.path = [path for path in sys.path if path not in ("", ".")]
import onnx

def is_newer(node, opset):
    try:
        schema = onnx.defs.get_schema(node.op_type, opset)
    except Exception:
        return True
    return len(node.input) > schema.max_input

faults, newer = {}, {}
opset = min(21, onnx.defs.onnx_opset_version())
for name, path in json.load(sys.stdin).items():
    model = onnx.load(path)
    unknown = [node.op_type for node in model.graph.node if is_newer(node, opset)]
    if unknown:
        newer[name] = unknown
        continue
    model.ir_version = min(model.ir_version, onnx.IR_VERSION)
    model.opset_import[0].version = opset
    try:
        onnx.checker.check_model(model, full_check=True)
    except Exception as error:
        faults[name] = str(error)
print(json.dumps({"faults": faults, "newer": newer}))
`;

/** Operators that got an input, or came, behind operator set 17. */
const NEWER_OPERATORS = new Set([
  'Gelu',
  'Mish',
  'Pad',
  'ReduceLogSumExp',
  'ReduceMax',
  'ReduceMean',
  'ReduceSumSquare',
]);

test('the reference checker of ONNX finds no fault in any exported layer', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-export-'));
  context.onTestFinished(() => rm(folder, { recursive: true }));
  const files: Record<string, string> = {};
  for (const [at, [name, layerCase]] of Object.entries({ ...LAYER_CASES, ...RECURRENT_CASES }).entries()) {
    files[name] = join(folder, `${at}.onnx`);
    await writeFile(files[name], writeModel(exportLayersModel(networkOf(layerCase)).model));
  }
  const result = runPython(SCRIPT, files);
  if (result === undefined) context.skip('no Python interpreter here can import onnx');
  const { faults, newer } = result as { faults: object; newer: Readonly<Record<string, string[]>> };
  expect(faults).toEqual({});
  expect(
    Object.values(newer)
      .flat()
      .filter((operator) => !NEWER_OPERATORS.has(operator)),
  ).toEqual([]);
});
