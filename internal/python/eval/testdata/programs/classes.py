class A:
    x = 1
    def __init__(self, y):
        self.y = y
    def total(self):
        return self.x + self.y
    @property
    def double(self):
        return self.total() * 2
    @classmethod
    def make(cls, y):
        return cls(y)
    @staticmethod
    def helper(a):
        return a * 3
a = A.make(4)
X = a.total(), a.double, A.helper(2), a.helper("x"), A.x, a.__class__.__name__, A.__name__  #= (5, 10, 6, 'xxx', 1, 'A', 'A')
class Base:
    def who(self): return ["Base"]
class L(Base):
    def who(self): return ["L"] + super().who()
class R(Base):
    def who(self): return ["R"] + super(R, self).who()
class D(L, R):
    def who(self): return ["D"] + super().who()
X = D().who(), [c.__name__ for c in D.__mro__], isinstance(D(), R), issubclass(D, Base), issubclass(Base, D)  #= (['D', 'L', 'R', 'Base'], ['D', 'L', 'R', 'Base', 'object'], True, True, False)
class A: pass
class B(A): pass
class C(A, B): pass  #= raises TypeError: Cannot create a consistent method resolution order (MRO) for bases A, B
class P:
    def __init__(self): self._v = 1
    @property
    def v(self): return self._v
    @v.setter
    def v(self, value): self._v = value * 10
p = P()
p.v = 5
X = p.v, p._v  #= (50, 50)
class P:
    @property
    def v(self): return 1
P().v = 2  #= raises AttributeError: property 'v' of 'P' object has no setter
class E:
    def __getattr__(self, name): return "dyn_" + name
    def __getitem__(self, k): return k * 2
    def __call__(self, *a): return a
    def __len__(self): return 3
    def __contains__(self, x): return x == 1
    def __iter__(self): return iter([1, 2])
    def __eq__(self, o): return True
    def __bool__(self): return False
    def __str__(self): return "E!"
    def __repr__(self): return "<E>"
    def __add__(self, o): return ("add", o)
    def __radd__(self, o): return ("radd", o)
    def __hash__(self): return 1
e = E()
X = e.foo, e[4], e(1, 2), len(e), 1 in e, 2 in e, list(e), e == 5, bool(e), str(e), f"{e} {e!r}", e + 1, 1 + e, not e, repr([e])  #= ('dyn_foo', 8, (1, 2), 3, True, False, [1, 2], True, False, 'E!', 'E! <E>', ('add', 1), ('radd', 1), True, '[<E>]')
class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        return self.n
X = list(It(3)), max(It(4)), [*It(2)]  #= ([2, 1, 0], 3, [1, 0])
class D(dict):
    def __missing__(self, k): return k + "?"
    def __getattr__(self, n): return self[n]
d = D(a=1)
d["b"] = 2
X = d["a"], d["zz"], d.b, len(d), dict(d), sorted(d.items()), isinstance(d, dict), d == {"a": 1, "b": 2}  #= (1, 'zz?', 2, 2, {'a': 1, 'b': 2}, [('a', 1), ('b', 2)], True, True)
class S(str):
    def shout(self): return self.upper() + "!"
s = S("hi")
X = s.shout(), s + " there", len(s), s == "hi", isinstance(s, str), {s: 1}["hi"], "%s" % s, s.replace("h", "j")  #= ('HI!', 'hi there', 2, True, True, 1, 'hi', 'ji')
class L(list):
    def first(self): return self[0]
l = L([1, 2])
l.append(3)
X = l.first(), l, len(l), l + [4], [x for x in l]  #= (1, [1, 2, 3], 3, [1, 2, 3, 4], [1, 2, 3])
class I(int): pass
X = I(5) + 1, I(3) == 3, max(I(1), 2)  #= (6, True, 2)
class Meta:
    class Inner:
        value = [1, 2]
        def m(self): return self.value
    other = Inner.value + [3]
X = Meta.other, Meta.Inner().m()  #= ([1, 2, 3], [1, 2])
class Desc:
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, owner): return (self.name, obj is None)
class Use:
    field = Desc()
X = Use.field, Use().field  #= (('field', True), ('field', False))
class A:
    items = []
    def add(self, x): self.items.append(x)
A().add(1)
A().add(2)
X = A.items  #= [1, 2]
class A:
    n = 0
    def __new__(cls, *args):
        obj = super().__new__(cls)
        cls.n += 1
        return obj
    def __init__(self, v): self.v = v
A(1)
X = A(2).v, A.n  #= (2, 2)
class A:
    def __init_subclass__(cls, **kw): registry.append(cls.__name__)
registry = []
class B(A): pass
class C(B): pass
X = registry  #= ['B', 'C']
class A:
    def __lt__(self, o): return self.k < o.k
    def __init__(self, k): self.k = k
X = [a.k for a in sorted([A(3), A(1), A(2)])], min(A(5), A(4)).k  #= ([1, 2, 3], 4)
class A:
    x = 1
a = A()
setattr(a, "y", 2)
A.z = 3
X = getattr(a, "y"), getattr(a, "q", "dflt"), hasattr(a, "z"), hasattr(a, "nope"), vars(a), a.__dict__, [n for n in dir(a) if not n.startswith("_")]  #= (2, 'dflt', True, False, {'y': 2}, {'y': 2}, ['x', 'y', 'z'])
class A:
    def m(self): return "m"
bound = A().m
unbound = A.m
X = bound(), unbound(A()), bound.__name__, A.m.__name__  #= ('m', 'm', 'm', 'm')
class Settings:
    DEBUG = False
    @property
    def LEVEL(self): return "DEBUG" if self.DEBUG else "INFO"
    def _private(self): return 1
class Prod(Settings):
    ALLOWED = ["a"]
inst = Prod()
for name in dir(inst):
    if name.isupper():
        globals()[name] = getattr(inst, name)
X = DEBUG, LEVEL, ALLOWED  #= (False, 'INFO', ['a'])
class A(Exception):
    def __str__(self): return "custom"
raise A(1)  #= raises settings.A: custom
T = type("T", (object,), {"x": 1, "m": lambda self: self.x + 1})
X = T().m(), T.__name__, type(1) is int, type("a") == str, type([]).__name__  #= (2, 'T', True, True, 'list')
class A:
    def __setattr__(self, k, v): object.__setattr__(self, k, v * 2)
a = A()
a.x = 5
X = a.x  #= 10
class A:
    def __enter__(self): return 5
    def __exit__(self, *a): pass
with A() as v:
    pass
X = v  #= 5
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
match Point(1, 2):
    case Point(1, y=q):
        X = q  #= 2
class A:
    y = [i for i in range(3)]
    z = {k: v for k, v in [("a", 1)]}
    def f(self): return __class__.__name__
X = A.y, A.z  #= ([0, 1, 2], {'a': 1})
class A:
    __slots__ = ("a",)
    def __init__(self): self.a = 1
X = A().a  #= 1
class A:
    def __getattribute__(self, n):
        if n == "magic": return 42
        return super().__getattribute__(n)
    def __init__(self): self.v = 1
X = A().magic, A().v  #= (42, 1)
class A:
    def __init__(self, **kw): self.__dict__.update(kw)
X = A(a=1, b=2).b  #= 2
class A: pass
A(1)  #= raises TypeError: A() takes no arguments
A = 5
class A:
    pass
X = A().missing  #= raises AttributeError: 'A' object has no attribute 'missing'
class Env:
    def __init__(self, **schema): self.schema = schema
    def __call__(self, name, default=None): return self.schema.get(name, default)
    def bool(self, name): return bool(self(name))
    int = staticmethod(int)
env = Env(DEBUG=1)
X = env("DEBUG"), env("NOPE", 3), env.bool("DEBUG"), env.int("5")  #= (1, 3, True, 5)
