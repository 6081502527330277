"""Turns a program in the Python that PyTorch is used with into TypeScript that does the same with the engine.

The engine has PyTorch's names in camelCase and takes options last, as one object, so that is most of it. What Python's
operators, builtins and subscripts do is left to `$`, which test/engine/kin.ts gives to the program.
"""

import ast
import re

OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.FloorDiv: "floorDivide", ast.Mod: "remainder",
    ast.Pow: "pow", ast.MatMult: "matmul",
    ast.Gt: "gt", ast.GtE: "ge", ast.Lt: "lt", ast.LtE: "le", ast.Eq: "eq", ast.NotEq: "ne",
}  # fmt: skip
NAMES = {
    "F": "nn.functional", "inf": "Infinity", "nan": "NaN", "self": "this",
    "bool": "$.bool", "float": "$.float", "list": "$.list", "range": "$.range", "repr": "$.repr",
}  # fmt: skip
DTYPES = {"float32", "float64", "int64", "int32", "bool"}
# Strings that are names of ours.
CHOICES = {"mode", "nonlinearity"}


def camel(name):
    renamed = {"tolist": "toList"}.get(name, name)
    return re.sub(r"(?<=[a-zA-Z0-9])_([a-z0-9])", lambda letter: letter[1].upper(), renamed)


def typescript(source):
    """The program's statements, the last of which returns its value."""
    tree = ast.parse(source)
    # `with` becomes a function, whose names would not be seen outside: they are declared before all others.
    inner = [node for block in ast.walk(tree) if isinstance(block, ast.With) for node in ast.walk(block)]
    names = sorted({n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)})
    writer = Writer()
    return "".join(writer.declared(n) + "; " for n in names) + writer.block(tree.body, result=True)


class Writer:
    def __init__(self):
        self.known = set()

    def declared(self, name):
        name = camel(name)
        if name in self.known:
            return name
        self.known.add(name)
        return "let " + name

    def block(self, statements, result=False):
        lines = [self.statement(s) for s in statements]
        if result and isinstance(statements[-1], ast.Expr):
            lines[-1] = "return " + lines[-1]
        return " ".join(lines)

    def statement(self, node):
        x = self.expression
        match node:
            case ast.Expr(value):
                return x(value) + ";"
            case ast.Return(value):
                return f"return {x(value)};"
            case ast.Assign([ast.Name(name)], value):
                written = x(value)
                return f"{self.declared(name)} = {written};"
            case ast.Assign([ast.Tuple(names)], value):
                written = x(value)
                declared = "".join(self.declared(n.id) + "; " for n in names if camel(n.id) not in self.known)
                return f"{declared}[{', '.join(camel(n.id) for n in names)}] = $.list({written});"
            case ast.Assign([ast.Attribute() as target], value):
                return f"{x(target)} = {x(value)};"
            case ast.Assign([ast.Subscript(of, ast.Constant(str() as key))], value):
                return f"{x(of)}[{camel(key)!r}] = {x(value)};"
            case ast.Assign([ast.Subscript(of, index)], value):
                return f"{x(of)}.put({self.index(index)}, {x(value)});"
            case ast.With([item], body):
                call = item.context_expr
                return f"{camel(call.func.attr)}(() => {{ {self.block(body)} }});"
            case ast.For(target, items, body):
                return f"for (const {x(target)} of $.list({x(items)})) {{ {self.block(body)} }}"
            case ast.FunctionDef(name, arguments, body):
                return f"const {camel(name)} = ({self.parameters(arguments.args)}) => {{ {self.block(body)} }};"
            case ast.ClassDef(name, [base], _, methods):
                return f"class {name} extends {x(base)} {{ {' '.join(self.method(m) for m in methods)} }}"
        raise NotImplementedError(ast.dump(node))

    def method(self, node):
        name = "constructor" if node.name == "__init__" else camel(node.name)
        before, self.known = self.known, set()
        text = f"{name}({self.parameters(node.args.args[1:])}) {{ {self.block(node.body)} }}"
        self.known = before
        return text

    def parameters(self, arguments):
        return ", ".join(camel(a.arg) for a in arguments)

    def index(self, node):
        match node:
            case ast.Tuple(items):
                return ", ".join(self.index(item) for item in items)
            case ast.Slice(start, end, step):
                bounds = [self.expression(b) if b else "null" for b in (start, end)]
                return f"slice({', '.join(bounds + ([self.expression(step)] if step else []))})"
            case ast.Constant(value) if value is Ellipsis:
                return '"..."'
        return self.expression(node)

    def expression(self, node):
        x = self.expression
        match node:
            case ast.Constant(bool() | None as value):
                return {True: "true", False: "false", None: "null"}[value]
            case ast.Constant(value):
                return repr(value)
            case ast.Name(name):
                return NAMES.get(name, name if name[0].isupper() else camel(name))
            case ast.Attribute(ast.Name("torch"), name):
                return repr(name) if name in DTYPES else camel(name)
            case ast.Attribute(of, name):
                return f"{x(of)}.{camel(name)}"
            case ast.UnaryOp(ast.USub(), ast.Constant() as value):
                return "-" + x(value)
            case ast.UnaryOp(ast.USub(), value):
                return f"{x(value)}.neg()" if not isinstance(value, ast.Name) or value.id != "inf" else "-Infinity"
            case ast.BinOp(left, operator, right) | ast.Compare(left, [operator], [right]):
                return f"$.op('{OPERATORS[type(operator)]}', {x(left)}, {x(right)})"
            case ast.List(items) | ast.Tuple(items):
                return "[" + ", ".join(x(item) for item in items) + "]"
            case ast.Starred(value):
                return f"...$.list({x(value)})"
            case ast.Dict(keys, values):
                return "{ " + ", ".join(f"{camel(k.value)!r}: {x(v)}" for k, v in zip(keys, values)) + " }"
            case ast.Subscript(of, ast.Constant(str() as key)):
                return f"{x(of)}[{camel(key)!r}]"
            case ast.Subscript(of, index):
                return f"$.at({x(of)}, {self.index(index)})"
            case ast.Lambda(arguments, body):
                return f"(({self.parameters(arguments.args)}) => {x(body)})"
            case ast.IfExp(test, yes, no):
                return f"($.bool({x(test)}) ? {x(yes)} : {x(no)})"
            case ast.ListComp(each, [part]):
                return f"$.list({x(part.iter)}).map(({x(part.target)}) => {x(each)})"
            case ast.Call(ast.Attribute(ast.Call(ast.Name("super"))), []):
                return "super()"
            case ast.Call():
                return self.call(node)
        raise NotImplementedError(ast.dump(node))

    def call(self, node):
        function = self.expression(node.func)
        if function.endswith(".stride"):
            return function + "s"
        arguments = [self.expression(a) for a in node.args]
        options = {camel(k.arg): self.expression(k.value) for k in node.keywords}
        for choice in CHOICES & options.keys():
            options[choice] = camel(options[choice])
        if "dtype" not in options and (dtype := literal_dtype(function, node.args)):
            options["dtype"] = repr(dtype)
        if options:
            arguments.append("{ " + ", ".join(f"{name}: {value}" for name, value in options.items()) + " }")
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        new = "new " if name[:1].isupper() else ""
        return f"{new}{function}({', '.join(arguments)})"


def literal_dtype(function, arguments):
    """The dtype PyTorch sees in how numbers are written, which JavaScript does not."""
    numbers = {type(n.value) for a in arguments for n in ast.walk(a) if isinstance(n, ast.Constant)}
    if function == "tensor" and all(isinstance(a, (ast.List, ast.Constant, ast.UnaryOp)) for a in arguments):
        return "int64" if numbers == {int} else None
    return "float32" if function == "arange" and float in numbers else None
