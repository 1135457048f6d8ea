def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw
X = f(1, d=4), f(1, 2, 3, 4, 5, d=6, e=7, z=8)  #= ((1, 2, 3, (), 4, 5, {}), (1, 2, 3, (4, 5), 6, 7, {'z': 8}))
def f(a, b): return a
X = f(1)  #= raises TypeError: f() missing 1 required positional argument: 'b'
def f(a): return a
X = f(1, 2)  #= raises TypeError: f() takes 1 positional argument but 2 were given
def f(a): return a
X = f(b=1)  #= raises TypeError: f() got an unexpected keyword argument 'b'
def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    return inc
c = counter()
d = counter()
X = c(), c(5), d()  #= (1, 6, 1)
G = 1
def set_g():
    global G, H
    G = 2
    H = 3
set_g()
X = G, H  #= (2, 3)
def fact(n):
    return 1 if n < 2 else n * fact(n - 1)
X = fact(30)  #= 265252859812191058636308480000000
def gen(n):
    for i in range(n):
        x = yield i
        if x:
            yield x
    return "done"
def outer():
    r = yield from gen(3)
    yield r
X = list(gen(3)), list(outer()), sum(gen(4)), next(gen(1)), next(iter([]), "none")  #= ([0, 1, 2], [0, 1, 2, 'done'], 6, 0, 'none')
def endless():
    n = 0
    while True:
        yield n
        n += 1
it = endless()
X = [next(it), next(it), next(x for x in endless() if x > 5)]  #= [0, 1, 6]
def g():
    try:
        got = yield 1
        yield got
    finally:
        out.append("closed")
out = []
it = g()
a = next(it)
b = it.send("sent")
rest = list(it)
X = a, b, rest, out  #= (1, 'sent', [], ['closed'])
def deco(fn):
    def wrapper(*a, **k):
        return ["wrapped", fn(*a, **k)]
    return wrapper
def twice(n):
    def d(fn):
        return lambda *a: fn(*a) * n
    return d
@deco
@twice(2)
def f(x):
    return x + 1
X = f(3)  #= ['wrapped', 8]
def f(x, acc=[]):
    acc.append(x)
    return acc
f(1)
X = f(2)  #= [1, 2]
fs = [lambda i=i: i * 10 for i in range(3)]
gs = [lambda: i for i in range(3)]
X = [h() for h in fs], [h() for h in gs]  #= ([0, 10, 20], [2, 2, 2])
def f():
    try:
        return 1
    finally:
        log.append("finally")
log = []
X = f(), log  #= (1, ['finally'])
def f():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                break
            log.append(i)
        finally:
            log.append("f%d" % i)
    return log
log = []
X = f()  #= [0, 'f0', 'f1', 'f2']
def f():
    x
    x = 1
f()  #= raises UnboundLocalError: cannot access local variable 'x' where it is not associated with a value
def f():
    try:
        raise ValueError("bad", 2)
    except (KeyError, ValueError) as e:
        return e.args, str(e), type(e).__name__, isinstance(e, Exception), repr(e)
    else:
        return 0
X = f()  #= (('bad', 2), "('bad', 2)", 'ValueError', True, "ValueError('bad', 2)")
try:
    {}["missing"]
except LookupError as e:
    X = str(e), e.args  #= ("'missing'", ('missing',))
try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise RuntimeError("wrapped") from e
except RuntimeError as e:
    X = str(e)  #= 'wrapped'
class MyError(Exception):
    def __init__(self, code, message="m"):
        super().__init__(message)
        self.code = code
try:
    raise MyError(5)
except MyError as e:
    X = e.code, str(e), e.args  #= (5, 'm', ('m',))
class MyError(ValueError):
    pass
try:
    raise MyError
except ValueError as e:
    X = str(e), repr(e)  #= ('', 'MyError()')
try:
    pass
except Exception:
    X = 1
else:
    X = 2
finally:
    X = X, 3  #= (2, 3)
def f():
    raise
f()  #= raises RuntimeError: No active exception to reraise
x = 5
def f():
    return [x for _ in range(2)], {x: y for y in "a"}, (lambda: x)()
X = f()  #= ([5, 5], {5: 'a'}, 5)
def f(*args, **kwargs):
    return args, kwargs
a = [1, 2]
k = {"z": 1}
X = f(*a, 3, *"bc", y=2, **k)  #= ((1, 2, 3, 'b', 'c'), {'y': 2, 'z': 1})
def f(n):
    a = 1
    return sorted(locals().items())
X = f(2)  #= [('a', 1), ('n', 2)]
globals()["Y"] = 5
vars()["Z"] = 6
locals()["W"] = 7
X = Y, Z, W  #= (5, 6, 7)
for name, value in [("A1", 1), ("B1", 2)]:
    globals()[name] = value
X = A1 + B1  #= 3
X = eval("1 + 2"), eval("a + b", {"a": 1, "b": 2})  #= (3, 3)
exec("Q = 1\nR = Q + 1")
X = Q, R  #= (1, 2)
ns = {}
exec(compile("A = 1\nB = [A] * 2", "<x>", "exec"), ns)
X = ns["A"], ns["B"], sorted(k for k in ns if not k.startswith("__"))  #= (1, [1, 1], ['A', 'B'])
def f(a: int, b: "str" = "x") -> None:
    c: int
    d: int = 5
    return d
X: int = f(1)  #= 5
def f():
    yield 1
    return
    yield 2
X = list(f())  #= [1]
class Ctx:
    def __init__(self, swallow): self.swallow = swallow
    def __enter__(self): log.append("enter"); return self
    def __exit__(self, t, v, tb): log.append(("exit", t.__name__ if t else None)); return self.swallow
log = []
with Ctx(True) as c, Ctx(False):
    log.append("body")
    raise KeyError("x")
log.append("after")
X = log  #= ['enter', 'enter', 'body', ('exit', 'KeyError'), ('exit', 'KeyError'), 'after']
from __future__ import annotations
def f(x: Undefined) -> AlsoUndefined: return x
X = f(1)  #= 1
X = (lambda *, a, b=2: (a, b))(a=1)  #= (1, 2)
def f(*, a): pass
f()  #= raises TypeError: f() missing 1 required keyword-only argument: 'a'
def compose(*fns):
    def run(x):
        for f in fns:
            x = f(x)
        return x
    return run
X = compose(str, len, lambda n: n * 2)(12345)  #= 10
async def f():
    await g()
X = callable(f)  #= True
