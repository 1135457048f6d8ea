"""Write CPython's ast of each file named on standard input, one JSON line per file, in the format of DumpJSON.

Each line is {"path": ..., "ast": ..., "error": null}, or {"path": ..., "ast": null, "line": ..., "error": ...} when this
Python rejects the file.
With --digest, the SHA-256 of the tree's JSON stands in its place.
Runs on Python 3.8 and newer. Before 3.12, CPython's positions inside f-strings are not those of the text; with --blind
they are written as 0, and only they.
"""

import ast
import base64
import hashlib
import json
import sys
import threading
import warnings

quote = json.encoder.encode_basestring_ascii
blind = "--blind" in sys.argv
digest = "--digest" in sys.argv
NO_POSITION = ',"lineno":0,"col_offset":0,"end_lineno":0,"end_col_offset":0}'

# Fields by class, in the order of Python 3.13. A field that this Python lacks gets the default behind the "=".
FIELDS = """
Module: body type_ignores
FunctionDef AsyncFunctionDef: name args body decorator_list returns type_comment type_params=[]
ClassDef: name bases keywords body decorator_list type_params=[]
Return: value
Delete: targets
Assign: targets value type_comment
TypeAlias: name type_params value
AugAssign: target op value
AnnAssign: target annotation value simple
For AsyncFor: target iter body orelse type_comment
While If: test body orelse
With AsyncWith: items body type_comment
Match: subject cases
Raise: exc cause
Try TryStar: body handlers orelse finalbody
Assert: test msg
Import: names
ImportFrom: module names level
Global Nonlocal: names
Expr: value
Pass Break Continue:
BoolOp: op values
NamedExpr: target value
BinOp: left op right
UnaryOp: op operand
Lambda: args body
IfExp: test body orelse
Dict: keys values
Set: elts
ListComp SetComp GeneratorExp: elt generators
DictComp: key value generators
Await Yield YieldFrom: value
Compare: left ops comparators
Call: func args keywords
FormattedValue: value conversion format_spec
Interpolation: value str conversion format_spec
JoinedStr TemplateStr: values
Constant: value kind
Attribute: value attr ctx
Subscript: value slice ctx
Starred: value ctx
Name: id ctx
List Tuple: elts ctx
Slice: lower upper step
comprehension: target iter ifs is_async
ExceptHandler: type name body
arguments: posonlyargs args vararg kwonlyargs kw_defaults kwarg defaults
arg: arg annotation type_comment
keyword: arg value
alias: name asname
withitem: context_expr optional_vars
match_case: pattern guard body
MatchValue MatchSingleton: value
MatchSequence MatchOr: patterns
MatchMapping: keys patterns rest
MatchClass: cls patterns kwd_attrs kwd_patterns
MatchStar: name
MatchAs: pattern name
TypeVar: name bound default_value=null
ParamSpec TypeVarTuple: name default_value=null
Load Store Del And Or Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv:
Invert Not UAdd USub Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn:
"""


def decimal(value):
    """Write an integer of any size: the limit on digits holds for the text that is parsed, not for this output."""
    try:
        return str(value)
    except ValueError:
        limit = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(0)
        try:
            return str(value)
        finally:
            sys.set_int_max_str_digits(limit)


def constant(value):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is Ellipsis:
        return '{"$ellipsis":true}'
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, int):
        return '{"$int":"%s"}' % decimal(value)
    if isinstance(value, float):
        return '{"$float":"%r"}' % value
    if isinstance(value, complex):
        return '{"$complex":"%r"}' % value.imag
    if isinstance(value, bytes):
        return '{"$bytes":"%s"}' % base64.b64encode(value).decode()
    raise TypeError(type(value))


def any_value(value):
    if value is None:
        return "null"
    if isinstance(value, ast.AST):
        return writers[type(value)](value)
    if isinstance(value, list):
        return "[" + ",".join(map(any_value, value)) + "]"
    if isinstance(value, str):
        return quote(value)
    return "%d" % value


def make_writer(cls, fields):
    """Compile a function that writes nodes of one class."""
    parts = []
    for field in fields:
        field, _, default = field.partition("=")
        if default and field not in cls._fields:
            parts.append(',"%s":%s' % (field, default))
        elif cls.__name__ in ("Constant", "MatchSingleton") and field == "value":
            parts.append(',"value":{constant(n.value)}')
        elif field in ("lineno", "id"):
            parts.append(',"%s":{quote(n.%s)}' % (field, field))
        else:
            parts.append(',"%s":{any_value(n.%s)}' % (field, field))
    body = "".join(parts)
    if "lineno" in cls._attributes:
        end = (
            ',"lineno":{n.lineno},"col_offset":{n.col_offset}'
            ',"end_lineno":{n.end_lineno},"end_col_offset":{n.end_col_offset}}}'
        )
    else:
        end = "}}"
    source = "def write(n): return f'''{{\"_type\":\"%s\"%s%s'''" % (cls.__name__, body, end)
    scope = {"any_value": any_value, "quote": quote, "constant": constant}
    exec(source, scope)
    return scope["write"]


writers = {}
for line in FIELDS.split("\n"):
    names, _, fields = line.partition(":")
    for name in names.split():
        if hasattr(ast, name):
            cls = getattr(ast, name)
            writers[cls] = make_writer(cls, fields.split())


if blind:
    # Descendants of a JoinedStr lose their positions; the outermost JoinedStr keeps its own.
    class Blinder(ast.NodeVisitor):
        def visit_JoinedStr(self, node):
            for inner in ast.walk(node):
                if inner is not node and hasattr(inner, "lineno"):
                    inner.lineno = inner.col_offset = inner.end_lineno = inner.end_col_offset = 0


if sys.version_info[:2] == (3, 12):
    # Python 3.12 alone puts empty constants into format specifications.
    write_joined = writers[ast.JoinedStr]

    def without_empty(node):
        node.values = [v for v in node.values if not (isinstance(v, ast.Constant) and v.value == "")]
        return write_joined(node)

    writers[ast.JoinedStr] = without_empty


def dump(path):
    with open(path, "rb") as f:
        return dump_data(path, f.read())


def dump_data(path, data):
    """Give the line for a file with these bytes."""
    try:
        tree = ast.parse(bytes(data))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
        error = "%s: %s" % (type(e).__name__, e)
        line = getattr(e, "lineno", None) or 0
        return '{"path":%s,"ast":null,"line":%d,"error":%s}' % (quote(path), line, quote(error))
    if blind:
        Blinder().visit(tree)
    if sys.version_info < (3, 9):  # its nodes for subscripts are others
        return '{"path":%s,"ast":"accepted","error":null}' % quote(path)
    text = writers[ast.Module](tree)
    if digest:
        text = '"%s"' % hashlib.sha256(text.encode()).hexdigest()
    return '{"path":%s,"ast":%s,"error":null}' % (quote(path), text)


def main():
    warnings.simplefilter("ignore")
    for path in sys.stdin:
        path = path.rstrip("\n")
        sys.stdout.write(dump(path) + "\n")


if __name__ == "__main__":
    # Deep trees need a deep stack.
    sys.setrecursionlimit(20000)
    threading.stack_size(512 << 20)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
