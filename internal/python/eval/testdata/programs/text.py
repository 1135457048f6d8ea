X = "a,b,,c".split(","), " a  b ".split(), "a,b,c".split(",", 1), "a,b,c".rsplit(",", 1), "a b c".split(None, 1), " a b  c ".rsplit(None, 1), "".split(), "".split(",")  #= (['a', 'b', '', 'c'], ['a', 'b'], ['a', 'b,c'], ['a,b', 'c'], ['a', 'b c'], [' a b', 'c'], [], [''])
X = "  x ".strip(), "xxaxx".strip("x"), "--a--".lstrip("-"), "a.py".rstrip(".py"), "a\n".rstrip()  #= ('x', 'a', 'a--', 'a', 'a')
X = "k=v=w".partition("="), "k=v=w".rpartition("="), "none".partition("="), "none".rpartition("=")  #= (('k', '=', 'v=w'), ('k=v', '=', 'w'), ('none', '', ''), ('', '', 'none'))
X = "Hello World".lower(), "straße".upper(), "hello wORLD".capitalize(), "they're bill's".title(), "aBc".swapcase(), "Straße".casefold()  #= ('hello world', 'STRASSE', 'Hello world', "They'Re Bill'S", 'AbC', 'strasse')
X = "a-b-c".replace("-", "_"), "a-b-c".replace("-", "", 1), "aaa".replace("", "-"), "x".replace("y", "z")  #= ('a_b_c', 'ab-c', '-a-a-a-', 'x')
X = "hello".find("l"), "hello".rfind("l"), "hello".find("z"), "hello".index("e"), "hello".count("l"), "héé".find("é", 2), "hello".find("l", -2)  #= (2, 3, -1, 1, 2, 2, 3)
X = "x".index("y")  #= raises ValueError: substring not found
X = "abc".startswith("ab"), "abc".startswith(("x", "a")), "abc".endswith("bc"), "abc".startswith("b", 1), "a".endswith(())  #= (True, True, True, True, False)
X = ",".join(["a", "b"]), "".join(c for c in "abc" if c != "b"), "-".join("xyz"), "/".join(["one"])  #= ('a,b', 'ac', 'x-y-z', 'one')
X = ",".join(["a", 1])  #= raises TypeError: sequence item 1: expected str instance, int found
X = "ab".center(7, "*"), "abc".center(6, "."), "ab".ljust(4) + "|", "ab".rjust(4), "42".zfill(5), "-42".zfill(5), "+".zfill(3)  #= ('***ab**', '.abc..', 'ab  |', '  ab', '00042', '-0042', '+00')
X = "abc123".isalnum(), "123".isdigit(), "a b".isalpha(), "ABC".isupper(), "abc".islower(), " ".isspace(), "Title Case".istitle(), "".isdigit(), "a_1".isidentifier(), "1a".isidentifier(), "é".isascii()  #= (True, True, False, True, True, True, True, False, True, False, False)
X = "a\nb\r\nc\x0bd".splitlines(), "a\nb\n".splitlines(True), "a\tb".expandtabs(4), "prefix_x".removeprefix("prefix_"), "x.py".removesuffix(".py")  #= (['a', 'b', 'c', 'd'], ['a\n', 'b\n'], 'a   b', 'x', 'x')
X = "héllo".encode(), "abc".encode("ascii"), b"h\xc3\xa9".decode(), b"abc".decode("latin-1"), "é".encode("latin1")  #= (b'h\xc3\xa9llo', b'abc', 'hé', 'abc', b'\xe9')
X = "é".encode("ascii", "ignore"), "é".encode("ascii", "replace")  #= (b'', b'?')
X = "hello".translate(str.maketrans("el", "ip")), "a-b".translate({ord("-"): None}), "abc".translate(str.maketrans("", "", "b")), "x".translate(str.maketrans({"x": "yz"}))  #= ('hippo', 'ab', 'ac', 'yz')
X = "{} {}".format(1, "a"), "{1}{0}".format("a", "b"), "{x}-{y[k]}-{z[0]}".format(x=1, y={"k": 2}, z=[3]), "{{}}".format(), "{!r:>5}".format("a"), "{:{w}}".format(5, w=4)  #= ('1 a', 'ba', '1-2-3', '{}', "  'a'", '   5')
X = "{:>10}|{:<10}|{:^10}|{:*^9}|{:=+8}".format("a", "b", "c", "d", 5)  #= '         a|b         |    c     |****d****|+      5'
X = "{:,}".format(1234567), "{:_}".format(1234567), "{:_x}".format(0xffffff), "{:08.3f}".format(3.14159), "{:+.2e}".format(12345.678), "{:g}".format(0.00001), "{:g}".format(1e20), "{:%}".format(0.25), "{:.1%}".format(0.125)  #= ('1,234,567', '1_234_567', 'ff_ffff', '0003.142', '+1.23e+04', '1e-05', '1e+20', '25.000000%', '12.5%')
X = f"{3.14159:.2f} {1234567.891:,.2f} {42:05d} {255:x} {255:#X} {255:#b} {255:o} {'a':>3} {True} {None} {1e100} {1/3}"  #= '3.14 1,234,567.89 00042 ff 0XFF 0b11111111 377   a True None 1e+100 0.3333333333333333'
X = f"{5:5}|{5:<5}|{'x':5}|{5.0:5}|{-5:05}|{5:+}|{5: }|{12345.6789:.3g}|{0.1:.20f}|{100:e}|{1e10:g}|{123456789.0}"  #= '    5|5    |x    |  5.0|-0005|+5| 5|1.23e+04|0.10000000000000000555|1.000000e+02|1e+10|123456789.0'
X = f"{1.5:.0f} {2.5:.0f} {0.5:.0f} {1e16} {123456789012345678.0} {1.10} {-0.0} {float('inf')} {float('nan'):5} {1000000.0:,}"  #= '2 2 0 1e+16 1.2345678901234568e+17 1.1 -0.0 inf   nan 1,000,000.0'
x, w, d = 3.14159, 10, {"k": "v"}
X = f"{x:{w}.2f}|{d['k']}|{x!s:.4}|{'nested ' + f'{w}'}|{w=}|{x = :.1f}|{{}}|{w!r}"  #= '      3.14|v|3.14|nested 10|w=10|x = 3.1|{}|10'
X = "%s %d %r %05.2f %x %X %o %e %g %% %c %-5s| %5s %+d" % ("a", 5, "q", 3.14159, 255, 255, 8, 12345.678, 0.0001, "z", "l", "r", 3)  #= "a 5 'q' 03.14 ff FF 10 1.234568e+04 0.0001 % z l    |     r +3"
X = "%(a)s-%(b)03d" % {"a": 1, "b": 2}, "%s" % (1,), "%s" % [1], "%s %s" % (None, True), "%.3s" % "abcdef", "%*d" % (5, 42), "%#x" % 255, "%i" % 3.9, "%s" % {"a": 1}  #= ('1-002', '1', '[1]', 'None True', 'abc', '   42', '0xff', '3', "{'a': 1}")
X = "%d" % "a"  #= raises TypeError: %d format: a real number is required, not str
X = "%s %s" % (1,)  #= raises TypeError: not enough arguments for format string
X = "%s" % (1, 2)  #= raises TypeError: not all arguments converted during string formatting
X = "plain" % {}  #= 'plain'
X = "plain" % 5  #= raises TypeError: not all arguments converted during string formatting
X = "{}".format()  #= raises IndexError: Replacement index 0 out of range for positional args tuple
X = "{a}".format(b=1)  #= raises KeyError: 'a'
X = "{".format()  #= raises ValueError: Single '{' encountered in format string
X = int("42"), int(" -7\n"), int("0x1f", 16), int("1_000"), int("077"), int("ff", 16), int("0b11", 0), int(3.99), int(-3.99), int(True), int("１２")  #= (42, -7, 31, 1000, 77, 255, 3, 3, -3, 1, 12)
X = int("abc")  #= raises ValueError: invalid literal for int() with base 10: 'abc'
X = int("")  #= raises ValueError: invalid literal for int() with base 10: ''
X = int("1.5")  #= raises ValueError: invalid literal for int() with base 10: '1.5'
X = int(None)  #= raises TypeError: int() argument must be a string, a bytes-like object or a real number, not 'NoneType'
X = int("12", 2)  #= raises ValueError: invalid literal for int() with base 2: '12'
X = float("1.5"), float(" 1e3 "), float("inf"), float("-Infinity"), float(5), float("1_0.5"), float("nan") != float("nan"), float(".5"), float("5.")  #= (1.5, 1000.0, inf, -inf, 5.0, 10.5, True, 0.5, 5.0)
X = float("x")  #= raises ValueError: could not convert string to float: 'x'
X = float("")  #= raises ValueError: could not convert string to float: ''
X = bool("False"), bool(""), bool("0"), bool([]), str(1.0), str(None), str(True), str([1, "a"]), str(b"x"), repr("a"), str(1e22), str((1,)), str({"a": (1, 2)})  #= (True, False, True, False, '1.0', 'None', 'True', "[1, 'a']", "b'x'", "'a'", '1e+22', '(1,)', "{'a': (1, 2)}")
X = str(b"abc", "utf-8"), bytes("abc", "utf8"), bytes(3), bytes([65, 66]), bytearray(b"x") == b"x"  #= ('abc', b'abc', b'\x00\x00\x00', b'AB', True)
X = list("abc"), tuple([1, 2]), list({"a": 1}), set("a"), list(range(5, 0, -2)), tuple(), list(), dict()  #= (['a', 'b', 'c'], (1, 2), ['a'], {'a'}, [5, 3, 1], (), [], {})
X = round(2.5), round(3.5), round(2.675, 2), round(1234, -2), round(-2.5), round(2.0), round(1.15, 1), round(5), round(1250, -2)  #= (2, 4, 2.67, 1200, -2, 2, 1.1, 5, 1200)
X = abs(-5), abs(-2.5), min(3, 1, 2), max([1, 5, 3]), min("b", "a"), max([], default=0), min([3, -4], key=abs), sum([1, 2], 10), sum([[1], [2]], []), divmod(7, -2), pow(2, 10), pow(3, 4, 5)  #= (5, 2.5, 1, 5, 'a', 0, 3, 13, [1, 2], (-4, -1), 1024, 1)
X = sorted([3, 1, 2]), sorted("bca", reverse=True), sorted(["bb", "a"], key=len), sorted({"b": 1, "a": 2}), sorted([(1, "b"), (1, "a")])  #= ([1, 2, 3], ['c', 'b', 'a'], ['a', 'bb'], ['a', 'b'], [(1, 'a'), (1, 'b')])
X = list(zip([1, 2], "ab")), list(enumerate("ab", 1)), list(map(str, [1, 2])), list(filter(None, [0, 1, "", 2])), list(reversed([1, 2])), list(map(lambda a, b: a + b, [1, 2], [3, 4]))  #= ([(1, 'a'), (2, 'b')], [(1, 'a'), (2, 'b')], ['1', '2'], [1, 2], [2, 1], [4, 6])
X = any([0, 1]), all([1, 0]), len("héllo"), len({}), ord("é"), chr(233), hex(255), oct(8), bin(-5), callable(len), isinstance(True, int), isinstance(1, (str, int))  #= (True, False, 5, 0, 233, 'é', '0xff', '0o10', '-0b101', True, True, True)
X = len(5)  #= raises TypeError: object of type 'int' has no len()
X = range(5), range(1, 10, 2), len(range(0, 10, 3)), range(10)[2:5], list(range(3))[-1], range(5)[-1], 3 in range(5)  #= (range(0, 5), range(1, 10, 2), 4, range(2, 5), 2, 4, True)
X = slice(1, 2), [1, 2, 3][slice(0, 2)]  #= (slice(1, 2, None), [1, 2])
X = (5).bit_length(), (255).to_bytes(2, "big"), int.from_bytes(b"\x01\x00", "big"), (2.0).is_integer(), (0.5).as_integer_ratio(), (10).conjugate()  #= (3, b'\x00\xff', 256, True, (1, 2), 10)
X = b"a,b".split(b","), b"abc".upper(), b"x".join([b"a", b"b"]), b"abc".hex(), bytes.fromhex("6162"), b"a" + b"b", b"abc".startswith(b"a"), b"a\xff".replace(b"\xff", b"z")  #= ([b'a', b'b'], b'ABC', b'axb', '616263', b'ab', b'ab', True, b'az')
X = [1, 2, 3].index(5)  #= raises ValueError: 5 is not in list
L = []
L.pop()  #= raises IndexError: pop from empty list
L = [1]
L.remove(2)  #= raises ValueError: list.remove(x): x not in list
X = [1, "a"] < [1, 2]  #= raises TypeError: '<' not supported between instances of 'str' and 'int'
X = sorted([1, "a"])  #= raises TypeError: '<' not supported between instances of 'str' and 'int'
X = "abc"["a"]  #= raises TypeError: string indices must be integers, not 'str'
X = [1]["a"]  #= raises TypeError: list indices must be integers or slices, not str
X = 5[0]  #= raises TypeError: 'int' object is not subscriptable
X = 5()  #= raises TypeError: 'int' object is not callable
X = {[]: 1}  #= raises TypeError: unhashable type: 'list'
X = {1: 2}[[]]  #= raises TypeError: unhashable type: 'list'
X = {(1, 2): "t", None: "n", 1.5: "f", True: "b"}, {1: "a", True: "b", 1.0: "c"}  #= ({(1, 2): 't', None: 'n', 1.5: 'f', True: 'b'}, {1: 'c'})
X = [i for i in 5]  #= raises TypeError: 'int' object is not iterable
X = -[]  #= raises TypeError: bad operand type for unary -: 'list'
X = "a" - "b"  #= raises TypeError: unsupported operand type(s) for -: 'str' and 'str'
X = [] + ()  #= raises TypeError: can only concatenate list (not "tuple") to list
X = () + []  #= raises TypeError: can only concatenate tuple (not "list") to tuple
X = "a" * "b"  #= raises TypeError: can't multiply sequence by non-int of type 'str'
X = "x" in 5  #= raises TypeError: argument of type 'int' is not iterable
X = 1 in "x"  #= raises TypeError: 'in <string>' requires string as left operand, not int
X = len()  #= raises TypeError: len() takes exactly one argument (0 given)
X = "\N{BULLET} \u00e9 \U0001F600 \101 \x41", r"\n", b"\x41\n"  #= ('• é 😀 A A', '\\n', b'A\n')
X = '''multi
line''', "con" 'cat' f"{1}" "x"  #= ('multi\nline', 'concat1x')
X = "a" "b" if True else 1, not 1 == 2, 1 if 0 else 2 if 0 else 3  #= ('ab', True, 3)
X = 10**20 // 3, -10**20 // 3, 10**20 % -7, 2**63 - 1, -2**63, 2**63 * 2**63, int(1e20), 1e308 * 10, 5 % 3.5, -5 % 3.5, 2**0.5  #= (33333333333333333333, -33333333333333333334, -5, 9223372036854775807, -9223372036854775808, 85070591730234615865843651857942052864, 100000000000000000000, inf, 1.5, 2.0, 1.4142135623730951)
X = 1 / 3, 2 / 3 * 3, 0.1 + 0.2, 1e23, 1.5e-7, 123456.789e3, 5e-324, 1.7976931348623157e308, 100.0, 1e2, -1.5  #= (0.3333333333333333, 2.0, 0.30000000000000004, 1e+23, 1.5e-07, 123456789.0, 5e-324, 1.7976931348623157e+308, 100.0, 100.0, -1.5)
X = 60 * 60 * 24 * 365, 31536000 / 2, 1024 ** 2 * 2.5, 15 * 60  #= (31536000, 15768000.0, 2621440.0, 900)
X = [None] * 2, [[]] * 2, {**{}, "a": [*range(2)]}, *[1, 2], 3  #= ([None, None], [[], []], {'a': [0, 1]}, 1, 2, 3)
