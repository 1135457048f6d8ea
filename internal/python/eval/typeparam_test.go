package eval_test

import "testing"

// TestTypeParameters has classes and functions with type parameters (PEP 695), and a generic alias that is unpacked (PEP 646).
func TestTypeParameters(t *testing.T) {
	s := session(map[string]string{"m.py": `
class Base: pass
class Unit[U: int, F: "Format"](Base, tuple[U, *tuple[F, ...]]):
    kinds = [U, F]
    def first(self):
        return F or 1
class Format(dict[str, *tuple[int, ...]]): pass
def pick[T](x: T) -> T:
    kind = T
    return x
Row = tuple[str, *tuple[int, ...]]
KNOWN = pick(42)
try:
    T
except NameError:
    AFTER = "T is not defined"
try:
    list(*int)
except TypeError:
    UNPACKED = "a class alone is not iterable"
`})
	m := s.Import("m")
	if m.Failure != nil || m.GivenUp != "" {
		t.Fatalf("%+v", m)
	}
	for name, want := range map[string]string{"KNOWN": "42", "AFTER": "'T is not defined'", "UNPACKED": "'a class alone is not iterable'"} {
		if got := m.Module.Attr(name).Repr(50); got != want {
			t.Errorf("%s is %s, and not %s", name, got, want)
		}
	}
	if !m.Module.Attr("Unit").IsSubclass("m.Base") {
		t.Error("a base of a class with type parameters is lost")
	}
}

// TestProtocols has classes that isinstance() takes for instances of a protocol for their attributes (PEP 544).
func TestProtocols(t *testing.T) {
	s := session(map[string]string{"m.py": `
from typing import Protocol, runtime_checkable
@runtime_checkable
class Named(Protocol):
    @property
    def name(self) -> str: ...
class Own(Named): pass
class Git:
    name = "git"
SEEN = isinstance(Git(), Named)
OWN = isinstance(Own(), Named)
CLASS = isinstance(Git(), Git)
if not isinstance(Git, Named):
    raise TypeError("no name")
`})
	m := s.Import("m")
	if m.Failure != nil || m.GivenUp != "" {
		t.Fatalf("%+v", m)
	}
	if v := m.Module.Attr("SEEN"); v.Repr(50) != "True" && !v.IsUnknown() {
		t.Errorf("an object with the members of a protocol is no instance: %s", v.Repr(50))
	}
	if m.Module.Attr("OWN").Repr(50) != "True" || m.Module.Attr("CLASS").Repr(50) != "True" {
		t.Error("an instance of a class is none")
	}
}
