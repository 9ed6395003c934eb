"""What ONNX Runtime's own quantizer makes of a model: by the settings that its documentation advises for 8 bits, by
the same with only products in integers, as somebody may do who sees what the others made, and by its defaults.

Reads {"model", "batches": [{input: {"dims", "data"}}], "settings": [name]} as JSON and prints {name: model}; files and
float32 values are base64.
"""
import base64, contextlib, importlib.util, json, os, pathlib, sys, tempfile

# A folder of a module's name is no module.
sys.path = [path for path in sys.path if path not in ("", ".")]
import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.tools.onnx_model_utils import update_onnx_opset

# Forms of older models with weights by channel do not load.
OPSET_BY_CHANNEL = 13

USUAL = {
    "quant_format": QuantFormat.QDQ,
    "activation_type": QuantType.QUInt8,
    "weight_type": QuantType.QInt8,
    "per_channel": True,
    "calibrate_method": CalibrationMethod.MinMax,
}
SETTINGS = {
    "usual": USUAL,
    "products": {**USUAL, "op_types_to_quantize": ["Conv", "Gemm", "MatMul"]},
    "defaults": {},
}


class Batches(CalibrationDataReader):
    def __init__(self, batches):
        self.left = iter(batches)

    def get_next(self):
        batch = next(self.left, None)
        return batch and {name: values_of(**tensor) for name, tensor in batch.items()}


def values_of(dims, data):
    return np.frombuffer(base64.b64decode(data), np.float32).reshape(dims)


def opset_of(path):
    return next(entry.version for entry in onnx.load(path).opset_import if entry.domain in ("", "ai.onnx"))


def quantized(given, folder):
    source, prepared, target = (os.path.join(folder, name) for name in ("source.onnx", "prepared.onnx", "int8.onnx"))
    with open(source, "wb") as file:
        file.write(base64.b64decode(given["model"]))
    if opset_of(source) < OPSET_BY_CHANNEL:
        update_onnx_opset(pathlib.Path(source), OPSET_BY_CHANNEL, pathlib.Path(source))
    # An extra package of its own, for shapes that are not numbers.
    quant_pre_process(source, prepared, skip_symbolic_shape=importlib.util.find_spec("sympy") is None)
    for setting in given["settings"]:
        quantize_static(prepared, target, Batches(given["batches"]), **SETTINGS[setting])
        with open(target, "rb") as file:
            yield setting, base64.b64encode(file.read()).decode()


with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
    models = dict(quantized(json.load(sys.stdin), folder))
print(json.dumps(models))
