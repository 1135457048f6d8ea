"""Prints the syntax tree of each template whose path is a line of the input, as one JSON object a line: its path, and a tree in brackets or an
error."""
import json
import sys

import jinja2
from jinja2 import nodes

environment = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])


def many(items):
    return "[" + " ".join(tree(i) for i in items) + "]"


def call(n):
    words = [tree(a) for a in n.args] + [f"{k.key}={tree(k.value)}" for k in n.kwargs]
    if n.dyn_args is not None:
        words.append("*" + tree(n.dyn_args))
    if n.dyn_kwargs is not None:
        words.append("**" + tree(n.dyn_kwargs))
    return "(" + " ".join(words) + ")"


BINARY = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "Or": "or", "And": "and"}
COMPARE = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "notin"}


def tree(n):
    kind = type(n).__name__
    if n is None:
        return "-"
    if kind == "Name":
        return n.name
    if kind == "NSRef":
        return n.name + "." + n.attr
    if kind == "Const":
        if isinstance(n.value, str):
            return json.dumps(n.value) if n.value.isascii() and n.value.isprintable() else "text"
        return str(n.value) if n.value is None or isinstance(n.value, bool) else "number"
    if kind == "Getattr":
        return f"{tree(n.node)}.{n.attr}"
    if kind == "Getitem":
        return f"{tree(n.node)}[{tree(n.arg)}]"
    if kind == "Slice":
        return f"slice({tree(n.start)} {tree(n.stop)} {tree(n.step)})"
    if kind == "Call":
        return tree(n.node) + call(n)
    if kind == "Filter":
        return f"{tree(n.node)}|{n.name}{call(n)}"
    if kind == "Test":
        return f"is({tree(n.node)} {n.name}{call(n)})"
    if kind == "CondExpr":
        return f"cond({tree(n.test)} {tree(n.expr1)} {tree(n.expr2)})"
    if kind in BINARY:
        return f"({BINARY[kind]} {tree(n.left)} {tree(n.right)})"
    if kind == "Not":
        return f"(not {tree(n.node)})"
    if kind in ("Neg", "Pos"):
        return f"({'u-' if kind == 'Neg' else 'u+'} {tree(n.node)})"
    if kind == "Concat":
        return "(~ " + " ".join(map(tree, n.nodes)) + ")"
    if kind == "Compare":
        return "(" + tree(n.expr) + "".join(f" {COMPARE[o.op]} {tree(o.expr)}" for o in n.ops) + ")"
    if kind in ("Tuple", "List"):
        return kind.lower() + many(n.items)
    if kind == "Dict":
        return "dict[" + " ".join(tree(p.key) + " " + tree(p.value) for p in n.items) + "]"
    return statement(kind, n)


def statement(kind, n):
    if kind == "For":
        return f"for({tree(n.target)} {tree(n.iter)} {tree(n.test)} {n.recursive}){body(n.body)}{body(n.else_)}"
    if kind == "If":
        tail = body(n.else_)
        for inner in reversed(n.elif_):
            tail = f"{{if({tree(inner.test)}){body(inner.body)}{tail}}}"
        return f"if({tree(n.test)}){body(n.body)}{tail}"
    if kind == "With":
        return f"with({' '.join(map(tree, n.values))}){body(n.body)}"
    if kind == "Assign":
        return f"set({tree(n.target)} {tree(n.node)})"
    if kind == "AssignBlock":
        return f"set({tree(n.target)} {tree(n.filter)}){body(n.body)}"
    if kind == "Block":
        return f"block({n.name} {n.scoped}){body(n.body)}"
    if kind == "Extends":
        return f"extends({tree(n.template)})"
    if kind == "Include":
        return f"include({tree(n.template)} {n.with_context} {n.ignore_missing})"
    if kind == "Import":
        return f"import({tree(n.template)} {n.target} {n.with_context})"
    if kind == "FromImport":
        names = " ".join(x if isinstance(x, str) else f"{x[0]}:{x[1]}" for x in n.names)
        return f"from({tree(n.template)} {names} {n.with_context})"
    if kind == "Macro":
        return f"macro({n.name} {many(n.args)} {many(n.defaults)}){body(n.body)}"
    if kind == "CallBlock":
        return f"call({tree(n.call)} {many(n.args)} {many(n.defaults)}){body(n.body)}"
    if kind == "FilterBlock":
        return f"filter({tree(n.filter)}){body(n.body)}"
    if kind == "Scope":
        inner = n.body[0]
        return f"autoescape({tree(inner.options[0].value)}){body(inner.body)}"
    if kind == "ExprStmt":
        return f"do({tree(n.node)})"
    if kind in ("Break", "Continue"):
        return "jump()"
    raise TypeError(kind)


def body(statements):
    out = []
    for n in statements:
        if type(n).__name__ == "Output":
            out.extend("print(" + tree(x) + ")" for x in n.nodes if type(x).__name__ != "TemplateData")
        else:
            out.append(tree(n))
    return "{" + " ".join(out) + "}"


for line in sys.stdin:
    path = line.rstrip("\n")
    with open(path, encoding="utf-8", newline="") as f:
        text = f.read()
    answer = {"path": path}
    try:
        answer["tree"] = body(environment.parse(text).body)
    except jinja2.TemplateSyntaxError as e:
        answer["error"] = str(e.message)
    except RecursionError:
        answer["error"] = "recursion"
    print(json.dumps(answer))
