"""Writes files.json: files as NumPy and safetensors write them, with the values that are in them.

Run by hand where both packages are: python3 test/engine/files.py > test/golden/files.json
"""

import base64
import io
import json
import math

import numpy as np
import safetensors.numpy


def number(x):
    x = x.item()
    if isinstance(x, float):
        if math.isnan(x):
            return "nan"
        if math.isinf(x):
            return "inf" if x > 0 else "-inf"
    return x


def told(arrays):
    return {k: {"dtype": str(a.dtype), "shape": list(a.shape), "data": [number(x) for x in a.reshape(-1)]} for k, a in arrays.items()}


rng = np.random.default_rng(0)
ours = {
    "float32": np.array([[1.5, -0.0, 1e-45], [np.inf, -np.inf, np.nan]], dtype=np.float32),
    "float64": rng.standard_normal((2, 2, 3)),
    "int64": np.array([-(2**53) + 1, 0, 2**53 - 1], dtype=np.int64),
    "int32": np.array([[-(2**31)], [2**31 - 1]], dtype=np.int32),
    "bool": np.array([True, False, True]),
    "scalar": np.array(0.1, dtype=np.float32),
    "empty": np.zeros((0, 3), dtype=np.float32),
    "z.weight": rng.standard_normal((3, 2)).astype(np.float32),
    "ä": np.array([7.0], dtype=np.float32),
}
others = {
    "float16": np.array([1.5, 6e-8, -65504, np.inf, np.nan, -0.0, 0.1], dtype=np.float16),
    "int16": np.array([-32768, 32767], dtype=np.int16),
    "int8": np.array([-128, 127], dtype=np.int8),
    "uint8": np.array([0, 255], dtype=np.uint8),
    "uint16": np.array([0, 65535], dtype=np.uint16),
    "uint32": np.array([0, 2**32 - 1], dtype=np.uint32),
    "uint64": np.array([0, 2**53 - 1], dtype=np.uint64),
}
long = {"long": np.tile(rng.standard_normal(97).astype(np.float32), 40), "noise": rng.standard_normal(500), "zeros": np.zeros(3000)}


def npz(save, arrays):
    out = io.BytesIO()
    save(out, **arrays)
    return out.getvalue()


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


files = {
    "safetensors": (safetensors.numpy.save(ours, {"made": "by hand", "ä": "ö"}), ours),
    "safetensors.others": (safetensors.numpy.save(others), others),
    "npz": (npz(np.savez, ours), ours),
    "npz.others": (npz(np.savez, others), others),
    "npz.compressed": (npz(np.savez_compressed, {**ours, **long}), {**ours, **long}),
    "npy.fortran": (npy(np.asfortranarray(np.arange(24.0).reshape(2, 3, 4))), {"": np.arange(24.0).reshape(2, 3, 4)}),
    "npy.big": (npy(np.array([1.5, -2.0], dtype=">f4")), {"": np.array([1.5, -2.0], dtype=np.float32)}),
    "npy.beyond": (npy(np.array([2**60], dtype=np.int64)), {}),
    "npy.complex": (npy(np.array([1j])), {}),
    "npy.records": (npy(np.zeros(1, dtype=[("a", "<f4")])), {}),
}
print(json.dumps({k: {"bytes": base64.b64encode(b).decode(), "arrays": told(a)} for k, (b, a) in files.items()}))
