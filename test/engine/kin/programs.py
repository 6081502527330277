"""Writes kin.json: programs, and what PyTorch 1.13 makes of them: kin of the goldens, drawn with a fixed seed.

Run by hand where PyTorch is: python3 test/engine/kin/programs.py > test/golden/kin.json
A case is a program in Python, the same in TypeScript, and its value or the error it ends in. Programs that end in an
error that PyTorch makes by accident (its own bug, a name of C++) are not here.
"""

import ast
import json
import math
import random
import re
import struct
import sys
import warnings

import torch
import torch.nn.functional as F
from torch import nn, optim

from misuses import MISUSES
from typescript import typescript

draw = random.Random(2)
cases = []


def number(x):
    if isinstance(x, float):
        if math.isnan(x):
            return "nan"
        if math.isinf(x):
            return "inf" if x > 0 else "-inf"
    return x


def shown(value):
    if isinstance(value, torch.Tensor):
        flat = value.detach().reshape(-1).tolist()
        if value.dtype == torch.float32:
            flat = [float(f"{x:.9g}") for x in flat]
        dtype = str(value.dtype).removeprefix("torch.")
        return {"shape": list(value.shape), "dtype": dtype, "data": [number(x) for x in flat]}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return [shown(x) for x in value] if isinstance(value, (list, tuple)) else value


def run(program):
    statements = ast.parse(program).body
    result = ast.Expression(statements.pop().value)
    names = {"torch": torch, "nn": nn, "optim": optim, "F": F, "inf": math.inf, "nan": math.nan}
    exec(compile(ast.Module(statements, []), "program", "exec"), names)
    return eval(compile(result, "program", "eval"), names)


def case(kind, *lines, seed=None):
    program = "\n".join(([] if seed is None else [f"torch.manual_seed({seed})"]) + list(lines))
    try:
        outcome = {"value": shown(run(program))}
    except Exception as error:
        if not kind.startswith("misuse"):
            raise
        outcome = {"type": type(error).__name__, "message": str(error).split("\n")[0].rstrip()}
    cases.append({"kind": kind, "python": program, "typescript": typescript(program), **outcome})


def seed():
    return draw.choice([0, 1, 7, 42, 1234, 2147483655, 2**32 - 1])


def literal(shape, number):
    if not shape:
        return repr(number())
    return "[" + ",".join(literal(shape[1:], number) for _ in range(shape[0])) + "]"


def normals(shape, digits=5):
    return literal(shape, lambda: round(draw.gauss(0, 1), digits))


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


# ---------------------------------------------------------------- printing

SHAPES = [[], [1], [2], [3], [5], [8], [12], [33], [1, 1], [2, 2], [1, 5], [5, 1], [2, 20], [2, 2, 2], [2, 1, 3],
          [3, 0], [0], [2, 0, 2], [2, 3, 4], [2, 2, 2, 2, 1]]  # fmt: skip
SPECIAL = [math.inf, -math.inf, math.nan]


def numbers():
    """A way to draw numbers that stand together in one tensor."""
    scale = 10.0 ** draw.randint(-10, 10)
    few = [draw.gauss(0, 1), draw.choice(SPECIAL), float(draw.randint(0, 3))]
    return draw.choice([
        lambda: draw.gauss(0, 1),
        lambda: draw.gauss(0, scale),
        lambda: draw.uniform(-1, 1) * 10.0 ** draw.randint(-8, 8),
        lambda: 10.0 ** draw.uniform(-45, 38),
        lambda: float(draw.randint(-5, 5)),
        lambda: float(draw.randint(-(10**9), 10**9)),
        lambda: draw.choice(few),
        lambda: draw.choice(SPECIAL),
        lambda: draw.choice([0.0, -0.0]),
        lambda: draw.choice([1.0, 1000.0, 1000.5]),
        lambda: draw.choice([1e-3, 1.0, 1e4, 1e-4]),
        lambda: draw.choice([0.0625, 2.5, 1.00005, 0.00005, 0.00015, 9.99995, 99999.5, 999.99995, 99999999.0]),
    ])  # fmt: skip


def printing():
    for _ in range(200):
        dtype, needs = draw.choice(["float32", "float32", "float64"]), draw.choice(["", "", ",requires_grad=True"])
        of = numbers()
        given = literal(draw.choice(SHAPES), (lambda: single(of())) if dtype == "float32" else of)
        case("print", f"repr(torch.tensor({given},dtype=torch.{dtype}{needs}))")
    for _ in range(60):
        dtype = draw.choice(["int64", "int32"])
        most = draw.choice([1, 10, 1000, 10**6, 2**31 - 1] + ([2**53 - 1] if dtype == "int64" else []))
        given = literal(draw.choice(SHAPES), lambda: draw.randint(-most, most) if draw.random() < 0.5 else 7)
        case("print", f"repr(torch.tensor({given},dtype=torch.{dtype}))")
    for _ in range(15):
        given = literal(draw.choice(SHAPES), lambda: draw.random() < 0.5)
        case("print", f"repr(torch.tensor({given},dtype=torch.bool))")
    for shape in ["1001", "1000", "7,200", "200,7", "6,200", "5,5,50", "2,3,400", "7,8,20", "8,8,8,8", "3,400", "1001,1"]:
        count = math.prod(int(n) for n in shape.split(","))
        if count == 1000:
            continue
        for x in [f"torch.arange({count})", f"torch.arange({count}.)/7", f"torch.arange({count}.)*1e6"]:
            case("print summarised", f"repr(({x}).reshape({shape}))")
        case("print summarised", f"repr((torch.arange({count}.)-5.5).reshape({shape}).requires_grad_()*2)")
    for count in [1, 8, 9, 10, 11, 12, 13, 30]:
        for x in [f"torch.arange({count}.)*1000", f"torch.arange({count}.)/7"]:
            case("print wrapped", f"x=({x}).requires_grad_()", "repr(x*2)")
            case("print wrapped", f"x=({x}).double().requires_grad_()", "repr(x)")
            case("print wrapped", f"repr(nn.Parameter({x}))")
    for options in ["precision=2", "sci_mode=True", "sci_mode=False", "linewidth=40", "threshold=5,edgeitems=1",
                    "profile='short'", "profile='full'", "precision=0"]:  # fmt: skip
        for x in ["torch.arange(12.)/7", "torch.arange(40.).reshape(4,10)/3", "torch.arange(30).reshape(2,3,5)",
                  "torch.tensor([1e-6,1.])", "torch.tensor([nan,1.5,inf])"]:  # fmt: skip
            case("print options", f"torch.set_printoptions({options})", f"s=repr({x})",
                 "torch.set_printoptions(profile='default')", "s")  # fmt: skip


# What ran, by the name of its node; composites of PyTorch that are composites of other ops here are left out.
MADE = """
x+1|x-1|1-x|x*2|x/2|1/x|x**2|2**x|x**x|-x|x.abs()|x.exp()|x.expm1()|x.log()|x.log2()|x.log1p()|x.sqrt()|x.rsqrt()
x.square()|x.reciprocal()|x.sin()|x.cos()|x.tan()|x.sinh()|x.cosh()|x.tanh()|x.atan()|x.sigmoid()|x.relu()|x.sign()
x.floor()|x.round()|x.erf()|x.clamp(min=1.5)|x.clamp(min=0,max=1)|x.sum()|x.mean()|x.prod()|x.var()|x.std()|x.max()
x.min()|x.amax(0)|x.norm()|x.sum(0)|x.mean(0)|x.prod(0)|x.logsumexp(0)|x.cumsum(0)|x.cumprod(0)|x.max(0)[0]|x.sort()[0]
x.topk(1)[0]|x.median()|x.log_softmax(0)|x.reshape(2,1)|x.view(1,2)|x.flatten()|x.unsqueeze(0)|x.squeeze()
x.unsqueeze(0).squeeze(0)|x.expand(3,2)|x.repeat(2)|x.flip(0)|x.roll(1,0)|x.t()|x.outer(x)|x.dot(x)|x@x
x.unsqueeze(0)@x.unsqueeze(1)|x.view(1,1,2).bmm(x.view(1,2,1))|x.view(1,2).T|x.view(1,2).transpose(0,1)|x.view(1,2).mT
x[0]|x[0:1]|x[None]|x[torch.tensor([0,1])]|x.select(0,1)|x.narrow(0,0,1)|x.split(1)[0]|x.chunk(2)[1]|x.unbind()[0]
x.gather(0,torch.tensor([0]))|x.index_select(0,torch.tensor([0]))|x.masked_fill(x>1,0.)|torch.where(x>1,x,x)
torch.cat([x,x])|torch.stack([x,x])|torch.maximum(x,x)|torch.addcmul(x,x,x)|torch.lerp(x,x,0.5)|x.clone()|x.double()
x.detach()|x.view(1,2).tril()|x.unfold(0,1,1)|x.fmod(2)|x.remainder(2)|F.linear(x,torch.ones(3,2),torch.ones(3))
F.linear(x.unsqueeze(0),torch.ones(3,2),torch.ones(3))|F.elu(x)|F.gelu(x)|F.silu(x)|F.mish(x)|F.softplus(x)|F.hardtanh(x)
F.leaky_relu(x)|F.logsigmoid(x)|F.glu(x)|F.mse_loss(x,torch.zeros(2))|F.l1_loss(x,torch.zeros(2))
F.smooth_l1_loss(x,torch.zeros(2))|F.huber_loss(x,torch.zeros(2))|F.binary_cross_entropy(x/10,torch.ones(2))
F.cross_entropy(x.unsqueeze(0),torch.tensor([1]))|F.layer_norm(x,[2])|F.group_norm(x.view(1,2,1),1)
F.conv1d(x.view(1,1,2),torch.ones(1,1,1))|F.max_pool2d(x.view(1,1,1,2),1)|F.avg_pool2d(x.view(1,1,1,2),1)|F.pad(x,[1,1])
F.embedding(torch.tensor([0]),x.unsqueeze(1))|torch.linalg.vector_norm(x)|x.scatter_add(0,torch.tensor([0]),x)|x.trunc()
"""
CHANGED = ["add_(1)", "mul_(2)", "div_(2)", "exp_()", "zero_()", "fill_(1.)", "relu_()", "pow_(2)", "normal_()",
           "copy_(torch.ones(2))", "uniform_()", "addcmul_(torch.ones(2),torch.ones(2))"]  # fmt: skip


def nodes():
    for op in MADE.replace("\n", "|").split("|"):
        if op:
            case("node", "x=torch.tensor([1.,2.5],requires_grad=True)", f"repr({op})")
    for op in CHANGED:
        case("node", "x=torch.tensor([1.,2.5],requires_grad=True)", "y=x*2", f"y.{op}", "repr(y)", seed=0)
        if "torch" not in op:
            case("node", "x=torch.tensor([1.,2.5],requires_grad=True)", "y=x*2", f"y.view(1,2).{op}", "repr(y)", seed=0)


# The output projection of MultiheadAttention is of a class that is only for quantisation: it and what holds it are left out.
MODULES = """
nn.Linear(3,5)|nn.Linear(3,5,bias=False)|nn.Bilinear(2,3,4)|nn.Identity()|nn.Flatten(0,1)|nn.Unflatten(1,(2,3))
nn.Conv1d(3,4,3,stride=2,padding=1)|nn.Conv2d(3,4,(3,5),stride=(2,1),padding=(1,0),dilation=2)
nn.Conv2d(4,4,3,groups=2,bias=False)|nn.Conv2d(3,4,3,padding='same')|nn.ConvTranspose2d(3,4,3,stride=2,output_padding=1)
nn.MaxPool2d((2,3),stride=1,padding=1)|nn.AvgPool1d(2)|nn.AvgPool2d(2)|nn.AdaptiveAvgPool2d((None,3))|nn.BatchNorm1d(4)
nn.BatchNorm2d(4,affine=False,track_running_stats=False)|nn.LayerNorm([2,3],eps=1e-6,elementwise_affine=False)
nn.GroupNorm(2,4)|nn.InstanceNorm2d(3,affine=True)|nn.Dropout(.25)|nn.Embedding(10,3,padding_idx=0)
nn.LSTM(3,4,num_layers=2,batch_first=True,dropout=.5,bidirectional=True)|nn.GRU(3,4,bias=False)|nn.RNNCell(3,4)
nn.RNNCell(3,4,nonlinearity='relu')|nn.LSTMCell(3,4)|nn.ReLU()|nn.LeakyReLU(.2)|nn.PReLU(3)|nn.ELU(2.)
nn.GELU(approximate='tanh')|nn.Softplus(1.5,10.5)|nn.Hardtanh(-2.,2.)|nn.Threshold(.1,.5)|nn.Softmax(1)
nn.GLU()|nn.MSELoss()|nn.HuberLoss(delta=2.)|nn.CrossEntropyLoss(weight=torch.ones(3))|nn.CosineSimilarity(dim=0)
nn.Sequential()|nn.Sequential(nn.Sequential(nn.Linear(2,4),nn.ReLU()),nn.Linear(4,1))|nn.ModuleList([nn.ReLU(),nn.ReLU()])
nn.ModuleDict({'a':nn.Linear(2,3),'b':nn.ReLU()})
"""


def modules():
    for module in MODULES.replace("\n", "|").split("|"):
        if module:
            case("module", f"repr({module})")


# ---------------------------------------------------------------- random numbers


def randomness():
    for n in [1, 3, 15, 16, 17, 33, 100]:
        for dtype in ["float32", "float64"]:
            x = f"torch.empty({n},dtype=torch.{dtype})"
            for fill in ["uniform_(-1.5,7.25)", "normal_(2,.3)", "bernoulli_(.3)", "exponential_(.5)", "geometric_(.3)",
                         "cauchy_(1.5,2.5)", "log_normal_(0,.5)", "random_(-5,1000)"]:  # fmt: skip
                case("draw", f"{x}.{fill}", seed=seed())
            case("draw", f"[torch.randn({n},dtype=torch.{dtype}),torch.rand(1),torch.randn(5),torch.randperm(4)]", seed=seed())
        case("draw", f"[torch.randperm({n}),torch.rand(2)]", seed=seed())
        case("draw", f"torch.bernoulli(torch.linspace(0,1,{n}))", seed=seed())
        case("draw", f"torch.normal(torch.linspace(-3,3,{n}),torch.linspace(0.1,2,{n}))", seed=seed())
        case("draw", f"torch.normal(torch.linspace(-3,3,{n}),.5)", seed=seed())
        case("draw", f"torch.normal(.5,torch.linspace(0.1,2,{n}))", seed=seed())
        case("draw", f"nn.Dropout({draw.choice([.1, .2, .5, 1.])})(torch.linspace(-1,1,{n}))", seed=seed())
        case("draw", f"nn.Dropout2d(.4)(torch.ones({n},2,1,2))", seed=seed())
    for low, high in [(0, 2), (-5, 5), (0, 2**31), (0, 2**32 - 1), (0, 2**32), (0, 2**32 + 1), (-(2**52), 2**52)]:
        case("draw", f"[torch.randint({low},{high},(5,)),torch.rand(1)]", seed=seed())
    for weights in ["[.1,.2,.3,.4]", "[1.,0.,3.,0.,2.]", "[[.1,.9],[.8,.2]]"]:
        for count in [1, 2, 20]:
            case("draw", f"torch.multinomial(torch.tensor({weights}),{count},replacement=True)", seed=seed())
        case("draw", f"torch.multinomial(torch.tensor({weights}),2)", seed=seed())
    for view in ["x.t()", "x[:,1]", "x[1:,1:]", "x[1]"]:
        for fill in ["uniform_()", "normal_()", "exponential_()"]:
            case("draw", "x=torch.zeros(4,5)", f"{view}.{fill}", "x", seed=seed())
    for n in [2, 7, 16, 31, 64]:
        for dtype in ["float32", "float64"]:
            case("series", f"torch.linspace(-3,7.3,{n},dtype=torch.{dtype})")
            case("series", f"torch.arange(.1,{n / 3},.3,dtype=torch.{dtype})")
    for fill in ["xavier_uniform_(@)", "xavier_normal_(@,gain=.5)", "kaiming_uniform_(@,a=2.5)", "orthogonal_(@,gain=2.)",
                 "kaiming_normal_(@,mode='fan_out',nonlinearity='relu')", "sparse_(@,.3)", "eye_(@)"]:  # fmt: skip
        for shape in ["4,3", "5,5", "2,9"]:
            case("draw", f"[nn.init.{fill.replace('@', f'torch.empty({shape})')},torch.rand(1)]", seed=seed())


LAYERS = """
nn.Linear(17,2,bias=False)|nn.Linear(4,4,dtype=torch.float64)|nn.Bilinear(2,3,2)|nn.Conv1d(4,4,2,groups=2)|nn.Conv2d(1,2,(3,2))
nn.ConvTranspose2d(4,2,2,groups=2)|nn.Embedding(5,3,padding_idx=3)|nn.RNN(3,2,bidirectional=True)
nn.LSTM(2,3,num_layers=2)|nn.GRU(3,2)|nn.GRU(2,2,bias=False)|nn.LSTMCell(2,2)|nn.MultiheadAttention(4,2)
nn.MultiheadAttention(4,2,kdim=2,vdim=3)|nn.TransformerEncoderLayer(4,2,dim_feedforward=3)
nn.TransformerDecoderLayer(2,1,dim_feedforward=3)|nn.LayerNorm([2,3])|nn.BatchNorm2d(3)|nn.PReLU(2)
nn.Sequential(nn.Embedding(5,4),nn.GRU(4,3),nn.Linear(3,1))
"""


def layers():
    for layer in LAYERS.replace("\n", "|").split("|"):
        if layer:
            case("layer", f"m={layer}", "[*m.parameters(),torch.rand(1)]", seed=seed())


def projected():
    case("print", "repr(nn.LSTM(3,4,proj_size=2,num_layers=2,bidirectional=True))")
    for given in ["2,3,proj_size=1", "3,4,proj_size=2,num_layers=2,bidirectional=True", "2,5,proj_size=3,bias=False,batch_first=True"]:
        case("layer", f"m=nn.LSTM({given})", "[*m.parameters(),torch.rand(1)]", seed=3)
        width = given[0]
        run = [f"m=nn.LSTM({given},dtype=torch.float64)", f"x=torch.randn(3,2,{width},dtype=torch.float64)", "x.requires_grad_()", "y,s=m(x)",
               "(y*y).sum().backward()"]  # fmt: skip
        case("layer run", *run, "[y,s[0],s[1],x.grad,*[p.grad for p in m.parameters()]]", seed=4)


def loading():
    data = "torch.utils.data"
    for n in [1, 5, 17]:
        rows = f"d={data}.TensorDataset(torch.arange({n}),torch.arange({n}.))"
        for options in ["", ",drop_last=True", ",generator=torch.Generator().manual_seed(5)"]:
            case("data", rows, f"l={data}.DataLoader(d,batch_size=4,shuffle=True{options})",
                 "[[b for b in l],[b for b in l],torch.rand(1)]", seed=seed())  # fmt: skip
        for lengths in [f"[{n - 1},1]", "[.7,.3]"]:
            case("data", rows, f"a,b={data}.random_split(d,{lengths})", "[[r[0] for r in a],[r[0] for r in b],torch.rand(1)]", seed=seed())
    case("data", "g=torch.Generator().manual_seed(3)", "s=g.get_state()", "a=torch.randn(3,generator=g)", "g.set_state(s)",
         "[a,torch.randn(3,generator=g),torch.rand(2)]", seed=7)  # fmt: skip


# ---------------------------------------------------------------- optimizers

KINDS = {
    "SGD": {"momentum": [0.9, 0.5], "dampening": [0.5, 0.1]},
    "Adam": {"betas": [(0.9, 0.99), (0.5, 0.999), (0.0, 0.9)], "eps": [1e-4], "amsgrad": [True]},
    "AdamW": {"betas": [(0.9, 0.99), (0.8, 0.9)], "eps": [1e-4], "amsgrad": [True]},
    "RMSprop": {"alpha": [0.9, 0.5], "eps": [1e-3], "momentum": [0.9], "centered": [True]},
    "Adagrad": {"lr_decay": [0.1], "initial_accumulator_value": [0.1, 1.0], "eps": [1e-3]},
    "Adadelta": {"rho": [0.8, 0.5], "eps": [1e-3]},
    "Adamax": {"betas": [(0.9, 0.99), (0.8, 0.9)], "eps": [1e-3]},
    "NAdam": {"betas": [(0.9, 0.99), (0.8, 0.9)], "eps": [1e-3], "momentum_decay": [0.01, 0.1]},
    "RAdam": {"betas": [(0.9, 0.99), (0.9, 0.9)], "eps": [1e-3]},
}


def options(kind):
    given = {"lr": draw.choice([0.1, 0.01, 0.3])}
    for name, values in {**KINDS[kind], "weight_decay": [0.1, 0.01], "maximize": [True]}.items():
        if draw.random() < 0.4 and not (name == "maximize" and kind in ("NAdam", "RAdam")):
            given[name] = draw.choice(values)
    if kind == "SGD" and "momentum" in given and "dampening" not in given:
        given["nesterov"] = draw.random() < 0.5
    return given


def optimizing():
    for kind in KINDS:
        for k in range(7):
            dtype = draw.choice(["float32", "float64"])
            given = ",".join(f"{name}={value!r}" for name, value in options(kind).items())
            group = {"params": "[b]"} | ({"lr": 0.05} if k % 2 else {})
            of = f"dtype=torch.{dtype},requires_grad=True"
            start = [f"a=torch.tensor({normals([3])},{of})", f"b=torch.tensor({normals([2, 2])},{of})"]
            made = f"o=optim.{kind}([{{'params':[a]}},{{{','.join(f'{n!r}:{v}' for n, v in group.items())}}}],{given})"
            loss = draw.choice(["((a-b.sum())**2).mean()+(b*b).sum()", "(b@b).tanh().sum()+(a*a).mean()"])
            rest = draw.choice([
                ["l.backward()"],
                ["l.backward()", "nn.utils.clip_grad_norm_([a,b],.5)"],
                ["l.backward()", "o.param_groups[0]['lr']=(0.02 if i==3 else o.param_groups[0]['lr'])"],
            ])  # fmt: skip
            late = [f"l=({loss} if i<4 else (b*b).sum())"] if k % 3 == 2 else [f"l={loss}"]
            body = ["o.zero_grad(set_to_none=True)", *late, *rest, "o.step()", "log=log+[l.item()]"]
            case("optimizer", *start, made, "log=[]", "for i in range(8):", *("  " + s for s in body), "[log,a,b]")
    for kind in KINDS:
        case("optimizer", "a=torch.tensor([1.,-2.,.5],requires_grad=True)", f"o=optim.{kind}([a],lr=.1)", "def closure():",
             "  o.zero_grad(set_to_none=True)", "  l=(a*a).sum()", "  l.backward()", "  return l",
             "log=[]", "for i in range(3):", "  log=log+[o.step(closure).item()]", "[log,a]")  # fmt: skip


SCHEDULES = """
StepLR(o,3,gamma=.5)|MultiStepLR(o,[2,9,9,12],gamma=.3)|ExponentialLR(o,.9)|CosineAnnealingLR(o,7,eta_min=.01)
CosineAnnealingWarmRestarts(o,3,T_mult=2,eta_min=.01)|LinearLR(o,start_factor=.1,total_iters=5)|LinearLR(o)
LinearLR(o,start_factor=1.,end_factor=0.,total_iters=4)|ConstantLR(o)|ConstantLR(o,factor=.5,total_iters=4)
PolynomialLR(o,total_iters=10,power=2.)|LambdaLR(o,lambda t: 1/(t+1))|MultiplicativeLR(o,lambda t: .95)
OneCycleLR(o,1.,total_steps=31)|OneCycleLR(o,.6,epochs=4,steps_per_epoch=10,anneal_strategy='linear',pct_start=.1)
OneCycleLR(o,.1,total_steps=40,three_phase=True,div_factor=10.,final_div_factor=100.)|OneCycleLR(o,.5,total_steps=35,cycle_momentum=False)
"""


# What PyTorch prints of an optimizer that is not here.
ABSENT = re.compile(r"    (capturable|differentiable|foreach|fused): .*\n")


def printing_optimizers():
    start = ["a=torch.ones(2,requires_grad=True)", "b=torch.ones(1,requires_grad=True)"]
    for made in ["SGD([a,b],lr=.1)", "SGD([{'params':[a],'lr':.5},{'params':[b],'nesterov':True}],lr=1e-5,momentum=.9)", "Adam([a])",
                 "AdamW([a],betas=(.8,.99),eps=1e-10)", "RMSprop([a],centered=True)", "Adagrad([a],lr_decay=.5)", "Adadelta([a])", "Adamax([a])"]:  # fmt: skip
        case("print optimizer", *start, f"o=optim.{made}", "repr(o)")
        cases[-1]["value"] = ABSENT.sub("", cases[-1]["value"])
    case("print optimizer", *start, "o=optim.SGD([a],lr=.5)", "s=optim.lr_scheduler.ExponentialLR(o,.9)", "repr(o)")
    cases[-1]["value"] = ABSENT.sub("", cases[-1]["value"])


def scheduling():
    names = [s for s in SCHEDULES.replace("\n", "|").split("|") if s]
    start = ["p=torch.ones(1,requires_grad=True)", "q=torch.ones(1,requires_grad=True)", "p.grad=torch.ones(1)"]
    sgd = "o=optim.SGD([{'params':[p]},{'params':[q],'lr':.02}],lr=.5,momentum=.9)"
    rates = "log=log+[[g['lr'],g['momentum']] for g in o.param_groups]"
    for name in names:
        loop = ["log=[]", "for i in range(25):", "  " + rates, "  o.step()", "  s.step()"]
        case("schedule", *start, sgd, f"s=optim.lr_scheduler.{name}", *loop, "[log,s.get_last_lr()]")
    cyclic = ["CyclicLR(o,.1,.8,step_size_up=4)", "CyclicLR(o,[.1,.01],[.8,.3],step_size_up=3,step_size_down=5,mode='triangular2',base_momentum=.7,max_momentum=.95)",
              "CyclicLR(o,.05,.5,step_size_up=2,mode='exp_range',gamma=.9)", "CyclicLR(o,.05,.5,step_size_up=6,cycle_momentum=False,scale_fn=lambda k: 1/k)",
              "CyclicLR(o,.05,.5,step_size_up=3,scale_fn=lambda t: .95**t,scale_mode='iterations')"]  # fmt: skip
    for name in cyclic:
        loop = ["log=[]", "for i in range(25):", "  " + rates, "  o.step()", "  s.step()"]
        case("schedule", *start, sgd, f"s=optim.lr_scheduler.{name}", *loop, "[log,s.get_last_lr()]")
    plain = [name for name in names if "OneCycle" not in name]
    for _ in range(15):
        pair = [f"{k}=optim.lr_scheduler.{name}" for k, name in zip("su", draw.sample(plain, 2))]
        loop = ["log=[]", "for i in range(20):", "  " + rates, "  o.step()", "  s.step()", "  u.step()"]
        case("schedule", *start, sgd, *pair, *loop, "log")
    other = random.Random(5)
    for k in range(24):
        members = other.sample([*plain, *cyclic[:1], "OneCycleLR(o,.6,total_steps=40)"] if k % 2 else plain, other.choice([1, 2, 2, 3]))
        parts = ",".join("optim.lr_scheduler." + name for name in members)
        marks = sorted(other.sample(range(1, 16), len(members) - 1))
        made = f"s=optim.lr_scheduler.SequentialLR(o,[{parts}],{marks})" if k % 2 else f"s=optim.lr_scheduler.ChainedScheduler([{parts}])"
        loop = ["log=[]", "for i in range(20):", "  " + rates, "  o.step()", "  s.step()"]
        case("schedule", *start, sgd, made, *loop, "[log,s.get_last_lr()]")
    for _ in range(20):
        given = [draw.choice(part) for part in (["mode='max'", "mode='min'"], ["factor=.5", "factor=.2"], ["patience=0", "patience=2"],
                 ["threshold=.1", "threshold_mode='abs'"], ["cooldown=2", "cooldown=0"], ["min_lr=.1", "eps=.05"])]  # fmt: skip
        measured = [round(draw.uniform(0.5, 2) * 0.95**k, 3) for k in range(25)]
        case("schedule", *start, "o=optim.SGD([p],lr=.5)", f"s=optim.lr_scheduler.ReduceLROnPlateau(o,{','.join(given)})", "log=[]",
             f"for m in {measured}:", "  log=log+[o.param_groups[0]['lr']]", "  o.step()", "  s.step(m)", "log")  # fmt: skip


def clipping():
    for order in ["2.", "1.", "3.", "inf", ".5", "0."]:
        for most in [".1", "2.5", "100."]:
            dtype = draw.choice(["float32", "float64"])
            given = ",".join(f"torch.tensor({normals(shape)},dtype=torch.{dtype})" for shape in ([2, 3], [4], [], [17]))
            ready = [f"ps=[g.clone().requires_grad_() for g in [{given}]]", "for p in ps:", "  p.grad=p.detach()*3"]
            case("clip", *ready, f"n=nn.utils.clip_grad_norm_(ps,{most},norm_type={order})", "[n,[p.grad for p in ps]]")
    case("clip", *ready, "nn.utils.clip_grad_value_(ps,.5)", "[p.grad for p in ps]")


# ---------------------------------------------------------------- whole runs

NETS = """
nn.Sequential(nn.Linear(3,8),nn.ReLU(),nn.Linear(8,4))|nn.Sequential(nn.Linear(3,8),nn.Tanh(),nn.Linear(8,8),nn.GELU(),nn.Linear(8,4))
nn.Sequential(nn.Linear(3,8),nn.SiLU(),nn.LayerNorm(8),nn.Linear(8,4))|nn.Sequential(nn.Linear(3,8),nn.Softplus(),nn.Dropout(.3),nn.Linear(8,4))
nn.Sequential(nn.Linear(3,6),nn.ELU(),nn.Unflatten(1,(2,3)),nn.Conv1d(2,3,2),nn.LeakyReLU(.1),nn.Flatten(),nn.Linear(6,4))
nn.Sequential(nn.Unflatten(1,(1,1,3)),nn.Conv2d(1,4,(1,2)),nn.Mish(),nn.AvgPool2d((1,2)),nn.Flatten(),nn.Linear(4,4))
nn.Sequential(nn.Linear(3,9),nn.Unflatten(1,(1,3,3)),nn.ConvTranspose2d(1,2,2),nn.Sigmoid(),nn.MaxPool2d(2),nn.Flatten(),nn.Linear(8,4))
"""
LETTERS = """class Letters(nn.Module):
  def __init__(self):
    super().__init__()
    self.e=nn.Embedding(9,4)
    self.r=nn.@
    self.o=nn.Linear(#,9)
  def forward(self,x):
    y,h=self.r(self.e(x))
    return self.o(y).reshape(-1,9)
m=Letters()"""
ATTENTION = """class Attention(nn.Module):
  def __init__(self):
    super().__init__()
    self.e=nn.Embedding(9,8)
    self.a=nn.@
    self.o=nn.Linear(8,9)
  def forward(self,x):
    return self.o(self.a(self.e(x))).reshape(-1,9)
m=Attention()"""


def training():
    def run_of(model, inputs, loss, steps=8):
        optimizer = draw.choice(["SGD(m.parameters(),lr=.1,momentum=.9)", "SGD(m.parameters(),lr=.1,weight_decay=1e-3)"])
        body = ["o.zero_grad(set_to_none=True)", f"l={loss}", "l.backward()", "o.step()", "log=log+[l.item()]"]
        loop = ["log=[]", f"for i in range({steps}):", *("  " + s for s in body)]
        for kind in ["", "m.double()"]:
            wide = [kind, "x=x.double()"] if kind and "randint" not in inputs[0] else [kind] * bool(kind)
            case("run", model, *inputs, *wide, f"o=optim.{optimizer}", *loop, "[log,[p.sum() for p in m.parameters()]]", seed=seed())

    for net in NETS.replace("\n", "|").split("|"):
        if net:
            targets = "t=torch.randint(0,4,(10,))"
            run_of(f"m={net}", ["x=torch.randn(10,3)", targets], "F.cross_entropy(m(x),t)")
            run_of(f"m={net}", ["x=torch.randn(10,3)", targets], "(m(x)**2).mean()")
    for kind, width in [("RNN(4,5,batch_first=True)", 5), ("GRU(4,3,bidirectional=True)", 6), ("LSTM(4,3,num_layers=2)", 3)]:
        model = LETTERS.replace("@", kind).replace("#", str(width))
        run_of(model, ["x=torch.randint(0,9,(4,6))", "t=torch.randint(0,9,(24,))"], "F.cross_entropy(m(x),t)", 6)
    for given in ["", ",batch_first=True,norm_first=True,activation='gelu'"]:
        model = ATTENTION.replace("@", f"TransformerEncoderLayer(8,2,dim_feedforward=8,dropout=.1{given})")
        run_of(model, ["x=torch.randint(0,9,(4,6))", "t=torch.randint(0,9,(24,))"], "F.cross_entropy(m(x),t)", 4)


# ---------------------------------------------------------------- what free drawing found


def found():
    """Calls in which the engine once differed from PyTorch."""
    case("optimizer", "p=torch.tensor([1.,-2.],dtype=torch.float64,requires_grad=True)", "o=optim.NAdam([p],lr=.1,momentum_decay=0.)", "log=[]",
         "for i in range(8):", "  o.zero_grad(set_to_none=True)", "  (p**4).sum().backward()", "  o.step()", "  log=log+[p.detach().clone()]", "log")  # fmt: skip
    step = ["for i in range(5):", "  o.zero_grad(set_to_none=True)", "  (p**4).sum().backward()", "  o.step()"]
    case("optimizer", "p=torch.tensor([1.,-2.],dtype=torch.float64,requires_grad=True)", "o=optim.NAdam([p],lr=.1,momentum_decay=0.)", *step,
         "s=o.state_dict()", "o=optim.NAdam([p],lr=.1)", "o.load_state_dict(s)", *step, "p")  # fmt: skip
    case("optimizer", "p=torch.tensor([1.,-2.],requires_grad=True)", "o=optim.Adam([p],lr=.1)", *step,
         "s=o.state_dict()", "p=p.detach().double().requires_grad_()", "o=optim.Adam([p],lr=.1)", "o.load_state_dict(s)", *step, "p")  # fmt: skip
    case("layer", "nn.Dropout2d(.5)(torch.ones(3,2,2))", seed=0)
    case("layer", "nn.MultiheadAttention(1,1,dropout=.3)(torch.ones(4,1,1),torch.ones(4,1,1),torch.ones(4,1,1))[1]", seed=0)
    case("draw", "[torch.empty(9).random_(180707193),torch.randint(-33554433,33554433,(9,),dtype=torch.float32)]", seed=3)
    start = ["x=torch.tensor([[.1,.2],[.3,2.]],requires_grad=True)", "z=torch.tensor([[.5,.1]],requires_grad=True)"]
    case("loss", *start, "y=F.cosine_similarity(x,z,dim=0,eps=.5)", "y.sum().backward()", "[y,x.grad,z.grad]")
    case("loss", "x=torch.tensor([0.,.25,1.])", "t=torch.tensor([1.,.5,.5],requires_grad=True)", "F.binary_cross_entropy(x,t).backward()", "t.grad")
    case("loss", "F.gaussian_nll_loss(torch.tensor(1.),torch.tensor(3.),torch.tensor(.5),reduction='none')")


# ---------------------------------------------------------------- names that no golden has


def named():
    for given in ["", "p=1", "dim=0", "p=inf,dim=-1", "p=3,eps=2."]:
        case("layer run", "x=torch.tensor([[.3,-.4,0.],[2.,5.,-1.],[0.,0.,0.]],requires_grad=True)", f"y=F.normalize(x,{given})",
             "(y*y*y).sum().backward()", "[y,x.grad]")  # fmt: skip
    for given in ["torch.tensor([[2,0],[1,1]])", "torch.tensor([1,0]),4", "torch.tensor(2)", "torch.zeros(0,2,dtype=torch.int64),3"]:
        case("layer", f"F.one_hot({given})")
    case("draw", "[torch.randint(10,(2,3)),torch.randint(7,(4,),dtype=torch.float32),torch.rand(1)]", seed=10)
    case("draw", "x=torch.zeros(2,3)", "[torch.randint_like(x,9),torch.randint_like(x,-3,3),torch.randint_like(x,9,dtype=torch.int64)]", seed=11)
    case("draw", "x=torch.ones(3,2,dtype=torch.float64)", "[torch.bernoulli(x.t(),.3),torch.bernoulli(torch.ones(4,dtype=torch.int64),.6),torch.rand(1)]", seed=12)
    for p in ["torch.tensor([.2,.5,.8])", "torch.tensor([[.1],[.9]],dtype=torch.float64)", "torch.tensor(.5)"]:
        for view in ["x", "x[:,1:4]"]:
            case("draw", "x=torch.zeros(2,3)" if "4" not in view else "x=torch.zeros(2,4)", f"{view}.bernoulli_({p})", "[x,torch.rand(1)]", seed=13)
    case("draw", "x=torch.zeros(3,2,4)", "x.permute(2,0,1).bernoulli_(torch.linspace(0,1,24).reshape(4,3,2))", "x", seed=14)
    case("draw", "torch.ones(2,3,dtype=torch.int64).bernoulli_(torch.tensor([.2,.5,.8]))", seed=15)
    case("draw", "p=torch.tensor([.5,.5],requires_grad=True)", "x=torch.ones(3,2,requires_grad=True)", "y=(x*2).bernoulli_(p)", "s=repr(y)",
         "(y*3).sum().backward()", "[s,x.grad,p.grad]", seed=16)  # fmt: skip
    case("module", "repr(nn.Sequential(nn.Softmax2d(),nn.Dropout3d(.25)))")
    for shape in ["3,2,1", "2,3,1,2"]:
        case("layer run", f"x=torch.randn({shape}).requires_grad_()", "y=nn.Softmax2d()(x)", "(y*y).sum().backward()", "[y,x.grad]", seed=8)
    for shape in ["3,4,1,2,1", "5,2,1,2"]:
        case("layer", f"x=torch.ones({shape},requires_grad=True)", "y=nn.Dropout3d(.3)(x)", "y.sum().backward()", "[y,x.grad,torch.rand(1)]", seed=9)


# ---------------------------------------------------------------- order of memory

ONE = ["x.exp()", "-x", "x.relu()", "x.sigmoid()", "x.tanh()", "x.floor()", "x*1.5", "2-x", "x>0", "x.isnan()", "x.clamp(min=-1,max=1)",
       "x.abs()**.5", "x.clone()", "x.double()", "x.contiguous()", "x.reshape(-1)", "torch.zeros_like(x)", "torch.ones_like(x)",
       "torch.rand_like(x)", "torch.randn_like(x)", "torch.randint_like(x,9)", "torch.bernoulli(x.sigmoid())", "F.dropout(x,p=.5)",
       "F.gelu(x)", "F.silu(x)", "F.elu(x)", "F.mish(x)", "F.softplus(x)", "F.logsigmoid(x)", "F.hardswish(x)",
       "x.softmax(0)", "x.cumsum(0)", "x.sort(0)[0]", "x.flip([0])", "x.roll(1,0)", "x.masked_fill(x>0,2.)",
       "x.sum(0)", "x.mean(1)", "x.sum()", "x.clone().mul_(2).add_(1)", "x.exp().add_(x)"]  # fmt: skip
TWO = ["x+z", "x*z", "z/x", "x.atan2(z)", "x.maximum(z)", "x.lerp(z,.3)", "x.addcmul(x,z)", "x.hypot(z)", "x<z",
       "((x*z).tanh()+x).exp()", "x.exp().mul(z).sum(0)", "z.sub(x,alpha=.5)"]  # fmt: skip
LOSSES = ["mse_loss", "huber_loss", "smooth_l1_loss", "l1_loss", "binary_cross_entropy_with_logits"]


def strided(shape, broadcast=False):
    """Expressions that make an operand of this shape (or one that broadcasts to it), and show it in some order of memory."""
    if broadcast:
        shape = [draw.choice([n, n, 1]) for n in shape][draw.choice([0, 0, 1]) :]
    order = draw.sample(range(len(shape)), len(shape))
    base = [shape[order.index(d)] for d in range(len(shape))]
    part = draw.choice([None, None, None, "step", "expand"])
    dim = draw.randrange(len(shape))
    size, base[dim] = base[dim], {"step": 2 * base[dim], "expand": 1}.get(part, base[dim])
    whole = ",".join(str(size if d == dim else n) for d, n in enumerate(base))
    view = {"step": f"[{':,' * dim}::2]", "expand": f".expand({whole})"}.get(part, "")
    return f"torch.randn({','.join(map(str, base))})", f"{view}.permute({','.join(map(str, order))})"


def ordering():
    """Where results lie in memory: as their operands, which shows in strides, in what can be viewed, and in sums."""
    for k, of in enumerate([*ONE, *TWO, *ONE, *TWO, *TWO]):
        shape = [draw.choice([2, 3, 4, 6, 9]) for _ in range(draw.choice([2, 3, 3, 4]))]
        (x, seen), (z, other) = strided(shape), strided(shape, broadcast=True)
        program = [f"a={x}.requires_grad_()", f"x=a{seen}"]
        program += [f"b={z}.requires_grad_()", f"z=b{other}"] if of in TWO else []
        case("order of memory", *program, f"y={of}", "[y,y.stride(),y.is_contiguous(),y.detach().sum()]", seed=k)
        if of in TWO and "<" not in of:
            case("order of memory", *program, f"y={of}", "(y*y).sum().backward()", "[a.grad,b.grad]", seed=k)
    for k, loss in enumerate(LOSSES):
        shape = [draw.choice([3, 4, 6, 9]) for _ in range(3)]
        for reduction in ["mean", "none"]:
            x, order = strided(shape)
            case("order of memory", f"a={x}.requires_grad_()", f"y=F.{loss}(a{order},torch.rand({','.join(map(str, shape))}),reduction='{reduction}')",
                 "y.sum().backward()", "[y,y.stride(),a.grad]", seed=k)  # fmt: skip
    leaf = ["x=torch.randn(3,5).t().requires_grad_()", "(x*torch.randn(3)).exp().sum().backward()"]
    case("order of memory", *leaf, "[x.grad,x.grad.stride()]", seed=1)
    case("order of memory", *leaf, "x.sum().backward()", "[x.grad,x.grad.stride()]", seed=2)
    case("order of memory", *leaf, "o=optim.Adam([x],lr=.1)", "o.step()", "o.step()", "[x,x.stride(),repr(x)]", seed=3)
    case("order of memory", "x=torch.randn(3,5).requires_grad_()", "y=x.t()", "y.retain_grad()", "(y*2).sum().backward()",
         "[y.grad.stride(),x.grad.stride()]", seed=4)  # fmt: skip
    case("order of memory", "x=torch.randn(4,6,5)", "[x.permute(2,0,1).exp().view(5,24),x.transpose(1,2).mul(2).transpose(1,2).view(-1)]", seed=5)
    case("order of memory", "x=torch.zeros(3,0,2).permute(2,1,0)", "[x.is_contiguous(),x.exp()]")
    for k, of in enumerate(["x[:,[1,0]]", "x[:,:,[0,0,1]]", "x[[1,0],:,[0,1]]", "x[:,[0,1],[1,0]]", "x[:,:,:,torch.zeros(2,3,dtype=torch.int64).t()]",
                            "x[:,:,x[0,0]>0]"]):
        case("order of memory", "x=torch.randn(4,2,3,2).permute(3,1,0,2)", f"y={of}", "[y,y.stride()]", seed=k)
    for k, of in enumerate(["x.relu()", "F.threshold(x,.1,2.)", "F.hardtanh(x)", "F.hardshrink(x)", "F.softshrink(x)", "F.hardsigmoid(x)", "x.sigmoid()",
                            "x.tanh()", "F.gelu(x)", "F.mish(x)", "x*x.exp()", "x.maximum(x.detach().contiguous()*2)", "x.sigmoid().logit()",
                            "F.mse_loss(x,x.detach()*2,reduction='none')", "F.huber_loss(x,x.detach()*2,reduction='none')",
                            "F.smooth_l1_loss(x,x.detach()*2,reduction='none')"]):  # fmt: skip
        case("order of memory", "x=torch.randn(4,3,5).permute(2,0,1).requires_grad_()", f"y={of}",
             "[torch.autograd.grad(y,[x],grad_outputs=w,retain_graph=True)[0].stride() for w in [torch.ones(5,4,3),torch.ones(4,5,3).transpose(0,1),torch.ones(1).expand(5,4,3)]]",
             seed=k)  # fmt: skip
    for k, of in enumerate(["F.conv2d(x,torch.ones(2,3,2,2))", "F.max_pool2d(x,2)", "F.avg_pool2d(x,2)", "F.adaptive_avg_pool2d(x,(2,2))",
                            "F.batch_norm(x,None,None,training=True)", "F.group_norm(x,1)", "torch.cat([x,x],1)", "F.pad(x,(1,1))",
                            "F.prelu(x,torch.tensor([.5]))", "F.interpolate(x,scale_factor=2)", "F.interpolate(x,scale_factor=2,mode='bicubic')",
                            "x.softmax(1)", "F.layer_norm(x,[5])", "F.conv1d(x[:,:,0],torch.ones(2,3,2))", "F.avg_pool1d(x[:,:,0],2)"]):
        case("order of memory", "x=torch.randn(2,4,5,3).permute(0,3,1,2)", f"{of}.stride()", seed=k)


def slopes():
    """Slopes that rrelu draws: their bits, and what the generator gives next."""
    for k, bounds in enumerate(["", ",lower=.1,upper=.3", ",lower=-.5,upper=.5", ",upper=1.", ",lower=.2,upper=.2", ",lower=.2,upper=.2000001", ",lower=1.5,upper=7."]):
        for dtype in ["float32", "float64"]:
            case("draw", f"x=torch.linspace(-3,2,23,dtype=torch.{dtype}).requires_grad_()", f"y=F.rrelu(x{bounds},training=True)",
                 "(y*y).sum().backward()", "[y,repr(y),x.grad,torch.rand(1)]", seed=k)  # fmt: skip
            case("draw", f"x=torch.linspace(-3,2,23,dtype=torch.{dtype}).requires_grad_()", f"y=F.rrelu(x{bounds})",
                 "(y*y).sum().backward()", "[y,repr(y),x.grad,torch.rand(1)]", seed=k)  # fmt: skip
    for view in ["x.t()", "x[:,::2]", "x[1].expand(3,5)", "x[1,1]"]:
        case("draw", "x=torch.randn(4,5).requires_grad_()", f"y=F.rrelu({view},training=True)", "y.sum().backward()", "[y,y.stride(),x.grad]", seed=3)
    case("draw", "m=nn.RReLU(.2,.9)", "x=torch.randn(3,4)", "a=m(x)", "m.eval()", "[a,m(x),torch.rand(1)]", seed=5)
    case("draw", "x=torch.tensor([-1.,0.,2.,nan,-inf],requires_grad=True)", "y=F.rrelu(x,training=True)", "g=torch.autograd.grad(y.sum(),x,create_graph=True)[0]",
         "[y,g,torch.autograd.grad(g.sum(),x)[0]]", seed=6)  # fmt: skip
    case("module", "repr(nn.Sequential(nn.RReLU(),nn.RReLU(.25,.5)))")


def resized():
    """Images whose channels lie beside each other: PyTorch has kernels of their own for them, with digits of their own."""
    for k, channels in enumerate([1, 3, 9, 12]):
        for dtype in ["float32", "float64"]:
            x = f"x=torch.randn(2,5,4,{channels},dtype=torch.{dtype}).permute(0,3,1,2)"
            for of in ["F.adaptive_avg_pool2d(x,(2,3))", "F.avg_pool2d(x,3)", "F.interpolate(x,size=(3,7),mode='bilinear')",
                       "F.interpolate(x,scale_factor=1.3,mode='bicubic')", "F.interpolate(x,scale_factor=1.3)"]:  # fmt: skip
                case("images", x, of, seed=k)
    for layer in ["Upsample(scale_factor=(2,1.5),mode='bilinear')", "Upsample(size=(3,5))", "UpsamplingNearest2d(scale_factor=2)",
                  "UpsamplingNearest2d(size=(3,5))", "UpsamplingBilinear2d(scale_factor=1.5)", "UpsamplingBilinear2d(size=4)"]:  # fmt: skip
        case("images", f"m=nn.{layer}", "x=torch.randn(1,2,3,4).requires_grad_()", "y=m(x)", "y.sum().backward()", "[repr(m),y,x.grad]", seed=9)


def appended():
    """Attention with a learned key and one of zeros behind the others: what is drawn for them, results and gradients."""
    for k, options in enumerate(["add_bias_kv=True", "add_zero_attn=True", "add_bias_kv=True,add_zero_attn=True",
                                 "add_bias_kv=True,kdim=3,vdim=2,bias=False", "add_zero_attn=True,kdim=3,batch_first=True",
                                 "add_bias_kv=True,add_zero_attn=True,dropout=.4"]):  # fmt: skip
        case("attention", f"m=nn.MultiheadAttention(16,2,{options})", "[m.bias_k,m.bias_v,torch.rand(1)]" if "bias_kv" in options else "torch.rand(1)", seed=k)
        kdim, vdim = 3 if "kdim" in options else 4, 2 if "vdim" in options else 4
        q, keys = ("2,3,4", "2,5") if "first" in options else ("3,2,4", "5,2")
        for masks in ["", ",attn_mask=torch.ones(3,5).triu(2)>0", ",attn_mask=torch.randn(4,3,5),average_attn_weights=False",
                      ",key_padding_mask=torch.arange(10).reshape(2,5)>6", ",key_padding_mask=torch.arange(10).reshape(2,5)>6,attn_mask=torch.ones(3,5).triu(2)>0",
                      ",need_weights=False"]:  # fmt: skip
            weights = "y" if "need" in masks else "y,w"
            case("attention", f"m=nn.MultiheadAttention(4,2,{options})", f"q=torch.randn({q}).requires_grad_()", f"a=torch.randn({keys},{kdim}).requires_grad_()",
                 f"b=torch.randn({keys},{vdim}).requires_grad_()", f"y,w=m(q,a,b{masks})", "(y*y).sum().backward()",
                 f"[{weights},q.grad,a.grad,b.grad{',m.bias_k.grad,m.bias_v.grad' if 'bias_kv' in options else ''}]", seed=k)  # fmt: skip
        case("attention", f"m=nn.MultiheadAttention(4,2,{options})", "m.eval()", f"m(torch.ones(2,4),torch.ones(3,{kdim}),torch.ones(3,{vdim}))", seed=k)
    x = "x=torch.randn(3,2,4).requires_grad_()"
    case("attention", "m=nn.MultiheadAttention(4,2,add_bias_kv=True,add_zero_attn=True)", x, "y,w=m(x,x,x)", "y.sum().backward()", "[y,w,x.grad]", seed=8)


# ---------------------------------------------------------------- misuse


def misusing():
    for line in MISUSES.strip().split("\n"):
        case("misuse", *(line.split("\\n") if "\\n" in line else line.split(";")), seed=0)


if __name__ == "__main__":
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    for family in [printing, nodes, modules, randomness, layers, projected, loading, optimizing, printing_optimizers, scheduling, clipping, training, misusing, found, named, ordering, slopes, appended, resized]:
        family()
    text = ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for c in cases)
    sys.stdout.write(f'{{"torch":"1.13.1","cases":[\n{text}\n]}}\n')
