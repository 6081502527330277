# PyTorch on one thread, recording nothing, with OpenBLAS where Debian's package of it is installed.
import glob
import json
import os
import sys
import time

folders = glob.glob("/usr/lib/*/openblas-pthread")
if folders and os.environ.get("LD_LIBRARY_PATH") != folders[0]:
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(name, None)
    os.environ["LD_LIBRARY_PATH"] = folders[0]
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.execv(sys.executable, [sys.executable, *sys.argv])

import torch  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(1)
print(json.dumps({"title": f"PyTorch {torch.__version__} with {'OpenBLAS' if folders else 'the BLAS it came with'}"}))


def measure(name, step, warm=0.5, seconds=1.0):
    for limit in (warm, seconds):
        began, steps = time.process_time(), 0
        while time.process_time() - began < limit:
            step()
            steps += 1
        rate = steps / (time.process_time() - began)
    print(json.dumps({"name": name, "rate": rate}))


x, y = torch.tensor([1.0, 2, 3, 4]), torch.tensor([2.0, 4, 6, 8])
w = torch.tensor(0.0, requires_grad=True)


def regression():
    (w * x - y).pow(2).mean().backward()
    with torch.no_grad():
        w.sub_(w.grad * 0.01)
    w.grad.zero_()


measure("regression", regression)


def training(model, rate, x, y):
    optimizer, loss = torch.optim.SGD(model.parameters(), lr=rate), nn.MSELoss()

    def step():
        value = loss(model(x), y)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()

    return step


small = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
measure("mlp", training(small, 0.1, torch.randn(100, 2), torch.randn(100, 1)))
large = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
measure("large", training(large, 0.01, torch.randn(64, 784), torch.randn(64, 10)))
a, b = torch.randn(512, 512), torch.randn(512, 512)
measure("matmul", lambda: a @ b)
