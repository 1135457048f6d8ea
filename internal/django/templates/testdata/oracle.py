"""Reads paths of templates, one a line, and writes one JSON line for each: what Django's lexer and parser make of it.

Libraries that are not installed are replaced by one that takes every tag and filter; a tag has a body where an end<name> follows.
With --apps A,B the libraries of these packages are the real ones.
"""

import importlib
import json
import pkgutil
import sys

import django
from django.conf import settings
from django.template import base, engines
from django.template.library import Library

REAL = {"i18n", "l10n", "tz", "cache", "static"}


class Foreign(Library):
    """Stands for a library that is not there."""


class Tags(dict):
    foreign = False

    def __missing__(self, name):
        end = "end" + name
        if not self.foreign or name in MIDDLE or name.removeprefix("end") in self and name.startswith("end"):
            raise KeyError(name)

        def compile_foreign(parser, token):
            ends = [t for t in parser.tokens if t.token_type == base.TokenType.BLOCK and t.contents.split()[:1] == [end]]
            while ends:
                parser.parse((end, *MIDDLE))
                if parser.next_token().contents.split()[0] == end:
                    break
            return base.Node()

        return compile_foreign


# Words that libraries use within their own tags.
MIDDLE = {"else", "elif", "empty", "plural"}


class Filters(dict):
    foreign = False

    def __contains__(self, name):
        return self.foreign or super().__contains__(name)

    def __missing__(self, name):
        return lambda value, *args: value


class Libraries(dict):
    def __missing__(self, name):
        return Foreign()


class Parser(base.Parser):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tags, filters = Tags(self.tags), Filters(self.filters)
        self.tags, self.filters, self.seen = tags, filters, []

    def add_library(self, lib):
        super().add_library(lib)
        if isinstance(lib, Foreign):
            self.tags.foreign = self.filters.foreign = True

    def extend_nodelist(self, nodelist, node, token):
        super().extend_nodelist(nodelist, node, token)
        name = token.contents.split()[0] if token.token_type == base.TokenType.BLOCK else ""
        self.seen.append([token.token_type.value, name, token.lineno])


original = base.FilterExpression.args_check


def args_check(name, func, provided):
    return True if func.__name__ == "<lambda>" and func.__module__ == __name__ else original(name, func, provided)


base.FilterExpression.args_check = staticmethod(args_check)


def load_from_library(library, label, names):
    return library if isinstance(library, Foreign) else selected(library, label, names)


from django.template import defaulttags  # noqa: E402

selected = defaulttags.load_from_library
defaulttags.load_from_library = load_from_library


def libraries(engine, apps):
    found = Libraries({name: lib for name, lib in engine.template_libraries.items() if name in REAL})
    for app in apps:
        try:
            package = importlib.import_module(app + ".templatetags")
        except ImportError:
            continue
        for module in pkgutil.iter_modules(package.__path__):
            try:
                found[module.name] = importlib.import_module(package.__name__ + "." + module.name).register
            except Exception as error:
                print(app, module.name, error, file=sys.stderr)
    return found


def read(path, engine, libs):
    with open(path, encoding="utf-8") as file:
        text = file.read().removeprefix("\ufeff")
    tokens = base.Lexer(text).tokenize()
    answer = {"path": path, "tokens": [[t.token_type.value, t.contents, t.lineno] for t in tokens]}
    parser = Parser(tokens, libs, engine.template_builtins, base.Origin(path))
    try:
        parser.parse()
        answer["nodes"] = parser.seen
    except Exception as error:
        answer["error"] = str(error) or type(error).__name__
    return answer


def main():
    apps = sys.argv[2].split(",") if sys.argv[1:2] == ["--apps"] else []
    settings.configure(
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *apps],
        SECRET_KEY="x",
        USE_I18N=True,
    )
    django.setup()
    engine = engines["django"].engine
    libs = libraries(engine, apps)
    print(json.dumps({"version": django.VERSION[:3]}))
    for line in sys.stdin:
        try:
            print(json.dumps(read(line.rstrip("\n"), engine, libs)))
        except UnicodeDecodeError:
            print(json.dumps({"path": line.rstrip("\n"), "tokens": [], "error": "not UTF-8"}))


main()
