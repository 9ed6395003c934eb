import type { Model } from '../format/messages.ts';
import { writeModel } from '../format/write-model.ts';
import { pythonWith, runPython } from './python.ts';

const SCRIPT = `
import base64, json, sys, onnx
faults = []
for text in json.load(sys.stdin):
    model = onnx.load_from_string(base64.b64decode(text))
    # Older releases of the package know no newer versions than their own, which says nothing about the graph.
    model.ir_version = min(model.ir_version, onnx.IR_VERSION)
    known = onnx.defs.onnx_opset_version()
    for entry in model.opset_import:
        entry.version = min(entry.version, known) if entry.domain == "" else entry.version
    try:
        onnx.checker.check_model(model)
    except Exception as error:
        faults.append(str(error))
print(json.dumps(faults))
`;

/** The interpreter that has ONNX's own checker, or why there is none. */
export const OFFICIAL_CHECKER: ReturnType<typeof pythonWith> = pythonWith('onnx');

/** What ONNX's own checker says against the models, in one run of Python. */
export function officialFaults(models: readonly Model[]): readonly string[] {
  if ('missing' in OFFICIAL_CHECKER) return [OFFICIAL_CHECKER.missing];
  const files = models.map((model) => Buffer.from(writeModel(model)).toString('base64'));
  return runPython(OFFICIAL_CHECKER.command, SCRIPT, files) as string[];
}
