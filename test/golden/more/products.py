"""Products of matrices and vectors."""

import torch

from kinds import kind


@kind("matmul", "mm", "bmm", "mv", "dot", "outer", "inner", "vdot")
def product(d, name):
    n, k, m = (d.pick(1, 2, 3, 4, 5, 8, 17) for _ in range(3))
    if d.chance(0.06):
        n, k, m = d.pick((0, k, m), (n, 0, m), (n, k, 0))
    batch = d.shape(0, 2, 3)
    kinds = [d.base, d.base] if d.chance(0.9) else [d.dtype(), d.dtype()]
    if d.chance(0.1):
        kinds = ["int64", "int64"]
    style = d.pick("normal", "normal", "ties", "ties", "edges")
    if name == "mm":
        shapes = [n, k], [k, m]
    elif name == "bmm":
        b = d.int(0, 3)
        shapes = [b, n, k], [b, k, m]
    elif name == "mv":
        shapes = [n, k], [k]
    elif name in ("dot", "vdot"):
        shapes = [k], [k]
    elif name == "outer":
        shapes = [n], [m]
    elif name == "inner":
        shapes = [*batch, k], [*d.shape(0, 2, 3), k]
    else:
        shapes = d.pick(([n, k], [k, m]), ([k], [k]), ([k], [k, m]), ([n, k], [k]), ([*batch, n, k], [*d.beside(batch), k, m]),
                        ([*d.beside(batch), n, k], [*batch, k, m]), ([*batch, n, k], [k]), ([k], [*batch, k, m]), ([*batch, n, k], [k, m]))
    return [d.t(shapes[0], kinds[0], style), d.t(shapes[1], kinds[1], style)]


@kind("linear")
def linear(d, name):
    k, m = d.int(1, 6), d.int(1, 6)
    batch = d.shape(0, 3)
    call = [d.t([*batch, k]), d.t([m, k])]
    return ("F.linear", call + ([d.t([m])] if d.chance(0.7) else []))


@kind("bilinear")
def bilinear(d, name):
    batch, i, j, o = d.shape(0, 2), d.int(1, 4), d.int(1, 4), d.int(1, 4)
    call = [d.t([*batch, i], style="normal"), d.t([*batch, j], style="normal"), d.t([o, i, j], style="normal")]
    return ("F.bilinear", call + ([d.t([o])] if d.chance(0.7) else []))


@kind("addmm", "addmv", "addr", "baddbmm")
def fused(d, name):
    n, k, m, b = (d.int(1, 4) for _ in range(4))
    first, second, out = {"addmm": ([n, k], [k, m], [n, m]), "addmv": ([n, k], [k], [n]), "addr": ([n], [m], [n, m]),
                          "baddbmm": ([b, n, k], [b, k, m], [b, n, m])}[name]
    options = [{"beta": d.pick(1, 0.5, 2, 0), "alpha": d.pick(1, -1, 0.3)}] if d.chance(0.6) else []
    return [d.t(d.beside(out)), d.t(first), d.t(second), *options]


@kind("einsum")
def einsum(d, name):
    sizes = {letter: d.int(1, 4) for letter in "abcdijkl"}
    equation = d.pick("ij,jk->ik", "ij->ji", "ii->i", "ij,ij->", "bhi,bhj->bij", "i,j->ij", "ij->", "ij->j", "ii", "ij,j", "...ij,...jk->...ik",
                      "bij,bjk->bik", "ijk,l->ijkl", "ij,jk,kl->il", "i,i->", "ab,cd->abcd", "ba", "ii,i->i", "...i->...", "ijk->kji", "bi,oij,bj->bo")
    sizes.update(h=2, o=3)
    terms = equation.split("->")[0].split(",")
    lead = d.shape(0, 2, 3, False)
    inputs = [d.t([*(lead if "..." in term else []), *[sizes[c] for c in term.replace("...", "")]]) for term in terms]
    return ("torch.einsum", [equation, *inputs])


@kind("kron", "tensordot", "cdist", "dist", "cross", "multi_dot")
def others(d, name):
    n, k, m = (d.int(1, 4) for _ in range(3))
    if name == "kron":
        return ("torch.kron", [d.t(d.shape(0, 3, 3)), d.t(d.shape(0, 3, 3))])
    if name == "tensordot":
        return ("torch.tensordot", d.pick(lambda: [d.t([n, k]), d.t([k, m]), 1], lambda: [d.t([n, k, m]), d.t([k, m, n]), 2],
                                          lambda: [d.t([n, k]), d.t([n, k]), [[0, 1], [0, 1]]], lambda: [d.t([n]), d.t([m]), 0])())
    if name == "cdist":
        return ("torch.cdist", [d.t([n, k]), d.t([m, k]), d.pick(2, 1, 3, "inf")])
    if name == "dist":
        a, b = d.pair(2)
        return ("torch.dist", [d.t(a), d.t(b), d.pick(2, 1, 3, "inf")])
    if name == "cross":
        shape = d.shape(0, 2, 3)
        return ("linalg.cross", [d.t([*shape, 3]), d.t([*shape, 3])])
    return ("linalg.multi_dot", [[d.t([n, k]), d.t([k, m]), d.t([m, 2]), d.t([2])][: d.int(2, 4)]])


@kind("linalg")
def linalg(d, name):
    n, batch = d.int(1, 4), d.shape(0, 2, 3)
    op = d.pick("det", "slogdet", "inv", "solve", "cholesky", "vector_norm", "matrix_norm", "matrix_power", "norm", "vecdot")
    x = d.make([*batch, n, n], "float64", "normal")
    if op == "cholesky":
        return ("linalg.cholesky", [d.add(x @ x.transpose(-1, -2) + 2 * torch.eye(n, dtype=torch.float64))])
    if op == "solve":
        return ("linalg.solve", [d.add(x + 3 * torch.eye(n, dtype=torch.float64)), d.t([*batch, n, d.int(1, 3)], "float64", "normal")])
    if op in ("vector_norm", "norm"):
        p = d.pick(1, 2, "inf", 3, 0.5)
        return ("linalg." + op, [d.t([n, 3], "float64"), p, d.dim(2), {"keepdim": d.chance(0.5)}])
    if op == "matrix_norm":
        return ("linalg.matrix_norm", [d.t([*batch, n, 3], "float64"), d.pick("fro", 1, -1, "inf", "-inf"), [-2, -1], {"keepdim": d.chance(0.5)}])
    if op == "matrix_power":
        return ("linalg.matrix_power", [d.add(x + 3 * torch.eye(n, dtype=torch.float64)), d.int(-2, 5)])
    if op == "vecdot":
        a, b = d.pair(2)
        return None
    return ("linalg." + op, [d.add(x + 2 * torch.eye(n, dtype=torch.float64))])
