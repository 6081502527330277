"""How the cases writes tensors and errors."""

import math

import torch

DTYPES = {"float32": torch.float32, "float64": torch.float64, "int64": torch.int64, "int32": torch.int32, "bool": torch.bool}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def element(value):
    if isinstance(value, bool) or isinstance(value, int):
        return value
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def stored(x, **more):
    """A tensor as the goldens write it."""
    x = x.detach()
    data = x.reshape(-1).tolist()
    if x.dtype == torch.float32:
        data = [float("%.9g" % value) for value in data]
    return {"shape": list(x.shape), "dtype": NAMES[x.dtype], "data": [element(value) for value in data], **more}


def first_line(error):
    return str(error).split("\nException raised")[0].split("\n")[0]
