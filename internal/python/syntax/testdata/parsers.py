"""Time other parsers of Python over the files that standard input names, one path a line.

Bytes are read before the clock starts; each parser is timed by processor time, best of the rounds given as argument.
Prints one line a parser: name, MB/s, files that it found an error in.
"""
import ast
import sys
import time

paths = sys.stdin.read().split("\n")[:-1]
texts = [open(path, "rb").read() for path in paths]
size = sum(map(len, texts)) / 1e6


def measure(name, parse):
    best, failed = 0, 0
    for _ in range(int(sys.argv[1])):
        failed, start = 0, time.process_time()
        for text in texts:
            try:
                failed += not parse(text)
            except Exception:
                failed += 1
        best = max(best, size / (time.process_time() - start))
    print(name, round(best, 2), failed, sep="\t", flush=True)


measure("CPython %d.%d ast.parse" % sys.version_info[:2], lambda text: ast.parse(text) is not None)
try:
    import tree_sitter
    import tree_sitter_python

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))
    measure("tree-sitter-python", lambda text: not parser.parse(text).root_node.has_error)
except ImportError:
    pass
