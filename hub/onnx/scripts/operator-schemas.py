"""Writes src/generated/operator-schemas.ts: what the standard says of its own operators.

Needs the onnx package for Python, of the version whose operator sets are wanted: pip install onnx, then
python3 scripts/operator-schemas.py. Run by hand when the standard has a new version; its output is committed.
"""
import os
from collections import defaultdict

import onnx
from onnx import defs

OLDEST = 7
KIND = {"FLOAT": "f", "INT": "i", "STRING": "s", "TENSOR": "t", "GRAPH": "g", "FLOATS": "F", "INTS": "I", "STRINGS": "S",
        "TENSORS": "T", "GRAPHS": "G", "SPARSE_TENSOR": "p", "SPARSE_TENSORS": "P", "TYPE_PROTO": "y", "TYPE_PROTOS": "Y"}
SHORT = {"float": "float32", "double": "float64"}


def element(text):
    """tensor(float) -> float32; seq(tensor(float)) and the like stay as they are."""
    inner = text[len("tensor("):-1] if text.startswith("tensor(") else text
    return SHORT.get(inner, inner)


def parameters(schema, formals):
    words = []
    for formal in formals:
        kind = str(formal.option).split(".")[-1]
        name = formal.type_str if "(" not in formal.type_str else "=" + element(formal.type_str)
        mark = {"Single": "", "Optional": "?", "Variadic": "*" if formal.is_homogeneous else "+"}[kind]
        words.append(name.replace(" ", "") + mark)
    return " ".join(words)


def attributes(schema):
    marks = [f"{name}:{KIND[value.type.name]}{'!' if value.required else ''}" for name, value in schema.attributes.items()]
    return " ".join(sorted(marks))


def main():
    history = defaultdict(list)
    for schema in defs.get_all_schemas_with_history():
        if schema.domain == "":
            history[schema.name].append(schema)
    sets = {}
    lines = []
    for name in sorted(history):
        schemas = sorted(history[name], key=lambda schema: schema.since_version)
        kept = [s for s in schemas if s.since_version <= OLDEST][-1:] + [s for s in schemas if s.since_version > OLDEST]
        versions = []
        for schema in kept:
            if schema.deprecated:
                versions.append(f"{schema.since_version}")
                continue
            types = []
            for constraint in schema.type_constraints:
                allowed = " ".join(sorted(element(text) for text in constraint.allowed_type_strs))
                types.append(f"{constraint.type_param_str}={sets.setdefault(allowed, len(sets))}")
            versions.append("|".join([
                f"{schema.since_version}", f"{schema.min_input}-{min(schema.max_input, 999)}",
                parameters(schema, schema.inputs), f"{schema.min_output}-{min(schema.max_output, 999)}",
                parameters(schema, schema.outputs), attributes(schema), " ".join(types)]))
        quoted = "\n".join(f"    '{version}'," for version in versions)
        lines.append(f"  {name}: [\n{quoted}\n  ],")
    texts = "\n".join(f"  '{text}'," for text in sets)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "../src/generated/operator-schemas.ts"), "w", encoding="utf-8") as file:
        file.write(f"""// GENERATED, DO NOT EDIT: python3 scripts/operator-schemas.py, from onnx {onnx.__version__}

/** Newest operator set of the standard that is described here. */
export const NEWEST_DESCRIBED_OPSET = {defs.onnx_opset_version()};

/** Sets of types that inputs and outputs may have, as words. */
export const TYPE_SETS: readonly string[] = [
{texts}
];

/**
 * Versions of each operator of the standard domain, oldest first, those before opset {OLDEST} left out:
 * since | least-most inputs | inputs | least-most outputs | outputs | attributes | type parameters.
 * A version of one number takes the operator away. inputs: type parameter or =type, ? optional, * or + any number of
 * one type or of several. attributes: name:kind, ! required. type parameters: name=index of TYPE_SETS.
 */
export const OPERATOR_SCHEMAS: Readonly<Record<string, readonly string[]>> = {{
""" + "\n".join(lines) + "\n};\n")


main()
