"""List edits of the models of a package, one JSON list: [{"kind", "path", "model", "change", "text"}].

    model_edits.py FOLDER MOST <FILES

FILES is a JSON list of the files below FOLDER that may be edited. "text" is the whole file after the edit, "change" what was put in. Of each kind there are at most MOST, in different models where that can be.
A model is taken to be a class of a module models.py, or of a package models, whose body calls classes called ...Field or ForeignKey.
"""

import ast
import json
import os
import sys

EXTRA = "zz_extra"


class Model:
    def __init__(self, path, source, node):
        self.path, self.source, self.node = path, source, node
        self.fields = [f for f in map(Field.of, node.body) if f]
        self.meta = next((s for s in node.body if isinstance(s, ast.ClassDef) and s.name == "Meta"), None)

    def offset(self, line, column):
        return self.source.offset(line, column)

    def indent(self):
        return " " * self.node.body[0].col_offset

    def before_body(self, text):
        """An edit that puts lines before the first statement of the body that is no text."""
        body = [s for s in self.node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
        first = body[0]
        line = min([first.lineno] + [d.lineno for d in getattr(first, "decorator_list", [])])
        at = self.offset(line, 0)
        return at, at, "".join(self.indent() + line + "\n" for line in text.splitlines())

    def option(self, name, value):
        """An edit that sets an option of Meta; None where the option is there already."""
        if self.meta is None:
            end = self.source.end(self.node)
            return end, end, f"\n\n{self.indent()}class Meta:\n{self.indent()}    {name} = {value}\n"
        if self.given(name):
            return None
        statements = [s for s in self.meta.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))] or self.meta.body
        at = self.offset(statements[0].lineno, 0)
        return at, at, " " * statements[0].col_offset + f"{name} = {value}\n"

    def given(self, name):
        for s in self.meta.body if self.meta else []:
            if isinstance(s, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in s.targets):
                return s
        return None


class Source:
    def __init__(self, path):
        with open(path, encoding="utf-8", newline="") as f:
            self.text = f.read()
        self.lines = [0]
        for line in self.text.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.tree = ast.parse(self.text)

    def offset(self, line, column):
        begin = self.lines[line - 1]
        end = self.lines[line] if line < len(self.lines) else len(self.text)
        return begin + len(self.text[begin:end].encode()[:column].decode())

    def edited(self, at, end, text):
        """The file with a part replaced, and with what edits are written with imported."""
        head = 0
        for s in self.tree.body:
            if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) or isinstance(s, ast.ImportFrom) and s.module == "__future__":
                head = self.offset(s.end_lineno, 0)
                head = self.text.find("\n", head) + 1
                continue
            break
        return self.text[:head] + IMPORTS + self.text[head:at] + text + self.text[end:]

    def start(self, node):
        return self.offset(node.lineno, node.col_offset)

    def end(self, node):
        return self.offset(node.end_lineno, node.end_col_offset)


class Field:
    def __init__(self, statement, name, call):
        self.statement, self.name, self.call = statement, name, call

    @classmethod
    def of(cls, s):
        if not (isinstance(s, ast.Assign) and len(s.targets) == 1 and isinstance(s.targets[0], ast.Name) and isinstance(s.value, ast.Call)):
            return None
        f = cls(s, s.targets[0].id, s.value)
        return f if f.kind.endswith("Field") or f.kind in ("ForeignKey", "TaggableManager") else None

    @property
    def kind(self):
        f = self.call.func
        return f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "")

    def keyword(self, name):
        return next((k for k in self.call.keywords if k.arg == name), None)


def models_of(folder, allowed):
    for root, dirs, files in sorted(os.walk(folder)):
        dirs[:] = sorted(d for d in dirs if d not in ("migrations", "south_migrations", "tests", "test", "testing", "management"))
        for name in sorted(files):
            path = os.path.join(root, name)
            parts = os.path.relpath(path, folder).split(os.sep)
            if os.sep.join(parts) not in allowed or name != "models.py" and name != "abstract_models.py" and "models" not in parts[:-1]:
                continue
            try:
                source = Source(path)
            except (SyntaxError, UnicodeDecodeError):
                continue
            for node in source.tree.body:
                if isinstance(node, ast.ClassDef) and node.bases:
                    model = Model(os.path.relpath(path, folder), source, node)
                    if model.fields:
                        yield model


def set_keyword(name, value, only=None, unless=()):
    """The kind of edits that give a field an argument, or another value for it."""

    def edit(model):
        for f in model.fields:
            if only and f.kind not in only or any(f.keyword(k) for k in unless):
                continue
            given = f.keyword(name)
            if given is not None:
                if ast.unparse(given.value) == value:
                    continue
                return model.source.start(given.value), model.source.end(given.value), value
            if any(k.arg is None for k in f.call.keywords):
                continue
            at = model.source.end(f.call) - 1
            before = model.source.text[: at].rstrip()
            comma = "" if before.endswith(("(", ",")) else ", "
            return at, at, f"{comma}{name}={value}"

    return edit


def other_model(model):
    for f in model.fields:
        if f.kind in RELATIONS and f.call.args and ast.unparse(f.call.args[0]) != "'self'":
            return model.source.start(f.call.args[0]), model.source.end(f.call.args[0]), "'self'"
    return set_keyword("to", "'self'", RELATIONS)(model)


def drop_keyword(name):
    def edit(model):
        for f in model.fields:
            given = f.keyword(name)
            if given is None:
                continue
            at, end = model.source.start(given), model.source.end(given)
            text = model.source.text
            while end < len(text) and text[end] in " \n\r":
                end += 1
            if text[end] == ",":
                return at, end + 1, ""
            before = at
            while text[before - 1] in " \n\r":
                before -= 1
            if text[before - 1] == ",":
                return before - 1, model.source.end(given), ""
            return at, model.source.end(given), ""

    return edit


def change_kind(old, new):
    def edit(model):
        for f in model.fields:
            if f.kind == old and isinstance(f.call.func, ast.Attribute):
                end = model.source.end(f.call.func)
                return end - len(old), end, new

    return edit


def add(text):
    return lambda model: model.before_body(text)


def option(name, value):
    return lambda model: model.option(name, value.replace("FIELD", plain(model)) if plain(model) or "FIELD" not in value else "") \
        if plain(model) or "FIELD" not in value else None


def plain(model):
    return next((f.name for f in model.fields if f.kind in ("CharField", "IntegerField", "DateTimeField", "BooleanField", "SlugField", "DateField")), "")


def drop_option(name):
    def edit(model):
        s = model.given(name)
        if s is not None and len(model.meta.body) > 1:
            return model.offset(s.lineno, 0), model.source.end(s), ""

    return edit


def remove_field(model):
    if len(model.fields) > 1:
        f = model.fields[-1]
        return model.offset(f.statement.lineno, 0), model.source.end(f.statement), ""


def rename_field(model):
    f = model.fields[0]
    at = model.source.start(f.statement)
    return at, at + len(f.name), "zz_" + f.name


def rename_model(model):
    at = model.source.text.index(model.node.name, model.source.start(model.node))
    return at, at + len(model.node.name), "Zz" + model.node.name


def add_base(model):
    at = model.source.start(model.node.bases[0])
    return at, at, "ZzMixin, "


def new_class(text):
    def edit(model):
        at = model.offset(min([model.node.lineno] + [d.lineno for d in model.node.decorator_list]), 0)
        return at, at, text + "\n\n\n"

    return edit


def after_class(text):
    def edit(model):
        end = model.source.end(model.node)
        return end, end, "\n\n\n" + text.replace("MODEL", model.node.name) + "\n"

    return edit


IMPORTS = "from django.core import validators as zz_validators\nfrom django.db import models as zz\n"
CHARS = ("CharField", "SlugField", "EmailField", "URLField")
PLAIN = CHARS + ("IntegerField", "PositiveIntegerField", "BooleanField", "DateTimeField", "DateField", "TextField", "UUIDField", "JSONField")
RELATIONS = ("ForeignKey", "OneToOneField")
ZZ = "zz."

KINDS = {
    "add a field": add(f"{EXTRA} = {ZZ}IntegerField(null=True)"),
    "add a relation": add(f"{EXTRA} = {ZZ}ForeignKey('self', {ZZ}CASCADE, null=True, related_name='+')"),
    "add a many-to-many field": add(f"{EXTRA} = {ZZ}ManyToManyField('self')"),
    "add a generic IP address": add(f"{EXTRA} = {ZZ}GenericIPAddressField(protocol='IPv4', null=True)"),
    "add a method": add("def zz_extra(self):\n    return 1"),
    "add a property": add("zz_extra = property(lambda self: 1)"),
    "remove a field": remove_field,
    "rename a field": rename_field,
    "null": set_keyword("null", "True", PLAIN + RELATIONS, ("primary_key",)),
    "no null": drop_keyword("null"),
    "blank": set_keyword("blank", "True", PLAIN + RELATIONS),
    "no blank": drop_keyword("blank"),
    "default of a text": set_keyword("default", "'zz'", CHARS + ("TextField",)),
    "default of a number": set_keyword("default", "77", ("IntegerField", "PositiveIntegerField", "PositiveSmallIntegerField")),
    "no default": drop_keyword("default"),
    "max_length": set_keyword("max_length", "77", CHARS),
    "unique": set_keyword("unique", "True", PLAIN, ("primary_key",)),
    "no unique": drop_keyword("unique"),
    "db_index": set_keyword("db_index", "True", PLAIN, ("unique", "primary_key")),
    "no db_index": drop_keyword("db_index"),
    "help_text": set_keyword("help_text", "'zz'", PLAIN + RELATIONS),
    "no help_text": drop_keyword("help_text"),
    "verbose_name": set_keyword("verbose_name", "'zz'", RELATIONS),
    "choices": set_keyword("choices", "[('a', 'A'), ('b', 'B')]", CHARS),
    "validators": set_keyword("validators", "[zz_validators.MinLengthValidator(7)]", CHARS),
    "db_column": set_keyword("db_column", "'zz_column'", PLAIN),
    "editable": set_keyword("editable", "False", PLAIN),
    "db_comment": set_keyword("db_comment", "'zz'", PLAIN),
    "error_messages": set_keyword("error_messages", "{'unique': 'zz'}", PLAIN),
    "db_default": set_keyword("db_default", "'zz'", CHARS, ("default",)),
    "serialize": set_keyword("serialize", "False", PLAIN),
    "another type": change_kind("CharField", "TextField"),
    "another type of a number": change_kind("IntegerField", "BigIntegerField"),
    "another type of a time": change_kind("DateTimeField", "DateField"),
    "a relation becomes one to one": change_kind("ForeignKey", "OneToOneField"),
    "on_delete": set_keyword("on_delete", ZZ + "PROTECT", RELATIONS),
    "related_name": set_keyword("related_name", "'zz_%(class)s'", RELATIONS),
    "related_query_name": set_keyword("related_query_name", "'zz_query'", RELATIONS),
    "db_constraint": set_keyword("db_constraint", "False", RELATIONS),
    "limit_choices_to": set_keyword("limit_choices_to", "{'pk__gt': 7}", RELATIONS),
    "the other model": other_model,
    "auto_now": set_keyword("auto_now", "True", ("DateTimeField", "DateField"), ("auto_now_add", "default")),
    "verbose_name of the model": option("verbose_name", "'zz'"),
    "no verbose_name of the model": drop_option("verbose_name"),
    "verbose_name_plural": option("verbose_name_plural", "'zz'"),
    "ordering": option("ordering", "['-pk']"),
    "no ordering": drop_option("ordering"),
    "db_table": option("db_table", "'zz_table'"),
    "no db_table": drop_option("db_table"),
    "db_table_comment": option("db_table_comment", "'zz'"),
    "permissions": option("permissions", "[('zz', 'Can zz')]"),
    "default_permissions": option("default_permissions", "()"),
    "get_latest_by": option("get_latest_by", "'pk'"),
    "managed": option("managed", "False"),
    "default_related_name": option("default_related_name", "'zz_all'"),
    "abstract": option("abstract", "True"),
    "an index": option("indexes", f"[{ZZ}Index(fields=['FIELD'], name='zz_index')]"),
    "an index without a name": option("indexes", f"[{ZZ}Index(fields=['-FIELD'])]"),
    "no indexes": drop_option("indexes"),
    "a unique constraint": option("constraints", f"[{ZZ}UniqueConstraint(fields=['FIELD'], name='zz_unique')]"),
    "a check": option("constraints", f"[{ZZ}CheckConstraint(condition={ZZ}Q(FIELD__isnull=False), name='zz_check')]"),
    "no constraints": drop_option("constraints"),
    "unique_together": option("unique_together", "[('FIELD', 'id')]"),
    "no unique_together": drop_option("unique_together"),
    "order_with_respect_to": option("order_with_respect_to", "'FIELD'"),
    "a base with a field": lambda model: None,
    "rename a model": rename_model,
    "a proxy": after_class("class ZzProxy(MODEL):\n    class Meta:\n        proxy = True"),
    "a child's table": after_class("class ZzChild(MODEL):\n    " + f"{EXTRA} = {ZZ}IntegerField(null=True)"),
    "a new model": new_class(f"class ZzNew({ZZ}Model):\n    {EXTRA} = {ZZ}IntegerField(null=True)\n\n    class Meta:\n        app_label = 'zz_label'"),
    "a manager": add(f"objects = type('ZzManager', ({ZZ}Manager,), {{'use_in_migrations': True}})()"),
}


def mixin(model):
    """Two edits in one: the class, and the base."""
    begin = model.offset(min([model.node.lineno] + [d.lineno for d in model.node.decorator_list]), 0)
    at = model.source.start(model.node.bases[0])
    return begin, at, (f"class ZzMixin({ZZ}Model):\n    {EXTRA} = {ZZ}IntegerField(null=True)\n\n    class Meta:\n        abstract = True\n\n\n"
                       + model.source.text[begin:at] + "ZzMixin, ")


KINDS["a base with a field"] = mixin


def main(folder, most, allowed):
    models = list(models_of(folder, allowed))
    out = []
    for number, (kind, edit) in enumerate(KINDS.items()):
        n = 0
        for i in range(len(models)):
            model = models[(i + number) % len(models)]  # so that the kinds are spread over the models
            made = edit(model) if n < most else None
            if made is not None and made[2] is not None:
                n += 1
                out.append({"kind": kind, "path": model.path, "model": model.node.name, "change": made[2], "text": model.source.edited(*made)})
    json.dump(out, sys.stdout)


main(sys.argv[1], int(sys.argv[2]), set(json.load(sys.stdin)))
