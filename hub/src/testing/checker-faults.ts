import { type Model, writeModel } from '@edgeloop/onnx';
import { runPython } from './python.ts';

const SCRIPT = `
import base64
# A folder of this name is no module.
sys.path = [path for path in sys.path if path not in ("", ".")]
import onnx

def is_newer(node, opset):
    try:
        schema = onnx.defs.get_schema(node.op_type, opset)
    except Exception:
        return True
    return len(node.input) > schema.max_input

faults = {}
opset = min(21, onnx.defs.onnx_opset_version())
for name, text in json.load(sys.stdin).items():
    model = onnx.load_from_string(base64.b64decode(text))
    # Older releases know no newer versions than their own, which says nothing about the graph.
    model.ir_version = min(model.ir_version, onnx.IR_VERSION)
    for entry in model.opset_import:
        if entry.domain in ("", "ai.onnx"):
            entry.version = min(entry.version, opset)
    newer = [node for node in model.graph.node if node.domain in ("", "ai.onnx") and is_newer(node, opset)]
    for node in newer:
        node.domain = "newer"
    if newer:
        model.opset_import.add(domain="newer", version=1)
    try:
        onnx.checker.check_model(model, full_check=not newer)
    except Exception as error:
        faults[name] = str(error)
print(json.dumps(faults))
`;

/**
 * What the reference checker of ONNX says against models, by their names. Operators that it does not know yet are left
 * to ONNX Runtime.
 *
 * @returns undefined where no Python here has it
 */
export function checkerFaults(models: ReadonlyMap<string, Model>): Readonly<Record<string, string>> | undefined {
  const files = [...models].map(([name, model]) => [name, Buffer.from(writeModel(model)).toString('base64')]);
  return runPython(SCRIPT, Object.fromEntries(files)) as Record<string, string> | undefined;
}
