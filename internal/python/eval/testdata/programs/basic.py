X = 1 + 1  #= 2
X = 7 // -2, 7 % -2, -7 // 2, -7 % 2, 7.5 // -2, 7.5 % -2  #= (-4, -1, -4, 1, -4.0, -0.5)
X = 2 ** 100  #= 1267650600228229401496703205376
X = 2 ** -1, 10 / 4, 10 // 4, 1e16, 1e15, 1e-5, 0.0001, 1.0  #= (0.5, 2.5, 2, 1e+16, 1000000000000000.0, 1e-05, 0.0001, 1.0)
X = 1 << 70 >> 68, ~5, -3 & 0xff, 5 ^ 3, 5 | 3, True + True  #= (4, -6, 253, 6, 7, 2)
X = 1 / 0  #= raises ZeroDivisionError: division by zero
X = "a" + "b" * 3 + 'it"s'  #= 'abbbit"s'
X = "it's", 'say "it\'s"', "\n\t\\\x00é"  #= ("it's", 'say "it\'s"', '\n\t\\\x00é')
X = [1, 2] + [3] * 2  #= [1, 2, 3, 3]
X = (1,) + (2, 3)  #= (1, 2, 3)
X = {"a": 1, **{"b": 2}, "a": 3}  #= {'a': 3, 'b': 2}
X = {1, 1, 1}, set(), frozenset([2]), frozenset()  #= ({1}, set(), frozenset({2}), frozenset())
X = [*range(3), *"ab", *{"k": 1}]  #= [0, 1, 2, 'a', 'b', 'k']
X = 1 < 2 < 3, 1 < 3 < 2, "a" < "b", [1, 2] < [1, 3], (1, 2) == (1, 2), [1] == (1,)  #= (True, False, True, True, True, False)
X = 1 == 1.0, 1 == True, "1" == 1, None is None, 2**64 == float(2**64)  #= (True, True, False, True, True)
X = "a" in "cat", 3 in [1, 2, 3], "k" in {"k": 1}, 5 in range(0, 10, 5), 4 not in (1, 2)  #= (True, True, True, True, True)
X = not [], not [0], not "", not "x", bool(None), bool(0.0)  #= (True, False, True, False, False, False)
X = 0 or "default", "set" or "default", 1 and 2, 0 and 2, None or [] or {}  #= ('default', 'set', 2, 0, {})
X = "yes" if [1] else "no"  #= 'yes'
a = b = c = 5
X = a, b, c  #= (5, 5, 5)
a, *b, c = range(6)
(d, e), f = [1, 2], "x"
X = a, b, c, d, e, f  #= (0, [1, 2, 3, 4], 5, 1, 2, 'x')
a, b = 1, 2
a, b = b, a
X = a, b  #= (2, 1)
a, b = [1, 2, 3]  #= raises ValueError: too many values to unpack (expected 2)
a, b, c = 1, 2  #= raises ValueError: not enough values to unpack (expected 3, got 2)
L = [1, 2, 3, 4, 5, 6]
X = L[0], L[-1], L[1:3], L[::2], L[::-1], L[-2:], L[10:], L[4:1:-1]  #= (1, 6, [2, 3], [1, 3, 5], [6, 5, 4, 3, 2, 1], [5, 6], [], [5, 4, 3])
X = "héllo"[1], "héllo"[-4:], "abc"[::-1], b"abc"[0], b"abc"[1:]  #= ('é', 'éllo', 'cba', 97, b'bc')
L = [1, 2, 3]
L[1:2] = [9, 8, 7]
L[0] = "a"
del L[-1]
X = L  #= ['a', 9, 8, 7]
L = list(range(10))
L[::2] = [0] * 5
del L[1::3]
X = L  #= [0, 0, 3, 5, 0, 0, 9]
X = [1][5]  #= raises IndexError: list index out of range
X = {}["k"]  #= raises KeyError: 'k'
X = undefined  #= raises NameError: name 'undefined' is not defined
X = "a" + 1  #= raises TypeError: can only concatenate str (not "int") to str
X = None.foo  #= raises AttributeError: 'NoneType' object has no attribute 'foo'
A = [1]
B = A
B += [2]
B.append(3)
X = A, A is B  #= ([1, 2, 3], True)
A = [1]
A += "bc"
X = A  #= [1, 'b', 'c']
T = (1,)
U = T
T += (2,)
X = T, U  #= ((1, 2), (1,))
D = {"a": {"b": 1}}
E = D["a"]
E["c"] = 2
D["a"]["d"] = D.setdefault("z", []) + [1]
D["z"].append(5)
X = D  #= {'a': {'b': 1, 'c': 2, 'd': [1]}, 'z': [5]}
D = {"a": 1, "b": 2, "c": 3}
D.update({"a": 9}, d=4)
x = D.pop("b")
y = D.pop("nope", "dflt")
X = D, x, y, D.get("q"), D.get("q", 1), list(D.items()), list(D), list(D.values()), len(D)  #= ({'a': 9, 'c': 3, 'd': 4}, 2, 'dflt', None, 1, [('a', 9), ('c', 3), ('d', 4)], ['a', 'c', 'd'], [9, 3, 4], 3)
D = {"a": 1} | {"b": 2}
D |= {"c": 3}
X = D, D.keys() | {"z"} >= {"a", "b"}, {"a", "b"} <= D.keys()  #= ({'a': 1, 'b': 2, 'c': 3}, True, True)
X = dict(a=1, b=2), dict([("x", 1), ("y", 2)]), dict({"k": 1}, z=2), dict.fromkeys("ab", 0)  #= ({'a': 1, 'b': 2}, {'x': 1, 'y': 2}, {'k': 1, 'z': 2}, {'a': 0, 'b': 0})
X = sorted({1, 2, 3} - {2}), sorted({1, 2} | {3}), sorted({1, 2} & {2, 3}), sorted({1, 2} ^ {2, 3}), {1, 2}.issubset([1, 2, 3])  #= ([1, 3], [1, 2, 3], [2], [1, 3], True)
L = [3, 1, 2]
L.sort(reverse=True)
L.insert(1, "i")
L.extend((7, 8))
L.remove(1)
p = L.pop(0)
L.reverse()
X = L, p, L.index(7), L.count("i")  #= ([8, 7, 2, 'i'], 3, 1, 1)
L = [1]
L.append(L)
X = L  #= [1, [...]]
X = [x * y for x in range(3) for y in (1, 10) if x], {k: v for k, v in zip("ab", [1, 2])}, sorted({c for c in "hello"})  #= ([1, 10, 2, 20], {'a': 1, 'b': 2}, ['e', 'h', 'l', 'o'])
x = "outer"
L = [x for x in range(3)]
X = x, sum(i for i in range(5)), list(i for i in "ab"), any(c == "b" for c in "abc"), all([])  #= ('outer', 10, ['a', 'b'], True, True)
X = [(n := i) for i in range(3)], n  #= ([0, 1, 2], 2)
X = [y for y in [x for x in range(4) if x % 2] if (z := y) > 1], z  #= ([3], 3)
out = []
for i, c in enumerate("abc", 1):
    if i == 2:
        continue
    out.append((i, c))
else:
    out.append("else")
X = out  #= [(1, 'a'), (3, 'c'), 'else']
n = 0
while True:
    n += 1
    if n > 5:
        break
else:
    n = -1
X = n  #= 6
for i in []:
    pass
else:
    X = "empty"  #= 'empty'
match {"kind": "db", "port": 5432, "x": 1}:
    case {"kind": "cache"}:
        X = 1
    case {"kind": "db", "port": int(p), **rest} if p > 5000:
        X = p, rest
X = X  #= (5432, {'x': 1})
out = []
for v in [1, "a", [1, 2, 3], (1,), None, True, {"a": 1}, 2.5]:
    match v:
        case True | None:
            out.append("const")
        case int():
            out.append("int")
        case str() as s:
            out.append(s)
        case [1, *rest]:
            out.append(rest)
        case {"a": a}:
            out.append(a)
        case _:
            out.append("?")
X = out  #= ['int', 'a', [2, 3], [], 'const', 'const', 1, '?']
assert 1 == 1, "fine"
X = 1  #= 1
assert 1 == 2, "wrong"  #= raises AssertionError: wrong
del X  #= raises NameError: name 'X' is not defined
X = lambda a, b=2, *c, d, e=5, **f: (a, b, c, d, e, f)
X = X(1, d=4), X(1, 2, 3, 4, d=5, z=6)  #= ((1, 2, (), 4, 5, {}), (1, 2, (3, 4), 5, 5, {'z': 6}))
X = (lambda: (yield))  # a generator function
X = 3  #= 3
X = 1_000_000, 0x_ff, 0o17, 0b101, 1e3, 1_0.5, 3j, 1j * 1j  #= (1000000, 255, 15, 5, 1000.0, 10.5, 3j, (-1+0j))
X = ...  #= Ellipsis
X = print("nothing")  #= None
X = "%s" "%d"  "c"  #= '%s%dc'
if False:
    pass
elif 1 > 2:
    X = 1
else:
    X = 2
X = X  #= 2
