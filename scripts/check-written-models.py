"""Runs .tflite files in TensorFlow Lite (LiteRT) and compares them: is a rewritten file the same network?

    pip install -r scripts/check-written-models.requirements.txt
    node scripts/rewrite-models.ts OUT models/*.tflite
    python scripts/check-written-models.py OUT models/*.tflite

Each file is run beside the file of the same name in OUT, on seeded random inputs, with the reference kernels and with
the optimised ones (XNNPACK); outputs have to be equal byte by byte. It prints the operators' versions of both files as
well. Exits with 1 where anything differs.
"""
import sys
from pathlib import Path

import numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType

VECTORS = 8
RESOLVERS = {
    "reference": OpResolverType.BUILTIN_REF,
    "optimised": OpResolverType.BUILTIN,
}


def random_input(details, generator):
    shape, dtype = details["shape"], details["dtype"]
    if dtype == numpy.float32:
        return generator.uniform(-1, 1, shape).astype(dtype)
    info = numpy.iinfo(dtype)
    return generator.integers(info.min, info.max, shape, dtype, endpoint=True)


def outputs_of(path, resolver):
    interpreter = Interpreter(model_path=str(path), experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    generator = numpy.random.default_rng(1)
    results = []
    for _ in range(VECTORS):
        for details in interpreter.get_input_details():
            interpreter.set_tensor(details["index"], random_input(details, generator))
        interpreter.invoke()
        results += [interpreter.get_tensor(details["index"]).tobytes() for details in interpreter.get_output_details()]
    return results


def operator_versions(path):
    """(code, version) of each operator in use, by the schema's own reader."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.Model.GetRootAs(path.read_bytes(), 0)
    graph = model.Subgraphs(0)
    used = [graph.Operators(index).OpcodeIndex() for index in range(graph.OperatorsLength())]
    codes = [model.OperatorCodes(index) for index in used]
    return {(max(code.BuiltinCode(), code.DeprecatedBuiltinCode()), code.Version()) for code in codes}


def compare(original, rewritten):
    """A sentence for each set of kernels, and whether all of them find the files the same."""
    sentences, is_same = [], True
    for name, resolver in RESOLVERS.items():
        try:
            before = outputs_of(original, resolver)
        except (RuntimeError, ValueError) as error:
            sentences.append(f"{name} refuses the original ({str(error).splitlines()[0]})")
            continue
        same = before == outputs_of(rewritten, resolver)
        is_same = is_same and same
        sentences.append(f"{name} {'equal' if same else 'DIFFERENT'}")
    return sentences, is_same


def main(folder, originals):
    is_same = True
    for original in map(Path, originals):
        rewritten = Path(folder) / original.name
        sentences, same = compare(original, rewritten)
        is_same = is_same and same
        print(f"{original.name}: {', '.join(sentences)}")
        before, after = operator_versions(original), operator_versions(rewritten)
        print(f"  operator versions {'equal' if before == after else f'{before - after} became {after - before}'}")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
