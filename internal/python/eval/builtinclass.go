package eval

import (
	"strings"
	"sync"
)

// ---- built-in classes

// builtinBases are the classes of module builtins with their bases (https://docs.python.org/3/library/exceptions.html#exception-hierarchy).
const builtinBases = `object:
type:object
str:object bytes:object bytearray:object int:object bool:int float:object complex:object
list:object tuple:object dict:object set:object frozenset:object range:object slice:object
property:object classmethod:object staticmethod:object super:object
NoneType:object ellipsis:object NotImplementedType:object function:object method:object module:object generator:object
enumerate:object zip:object map:object filter:object reversed:object memoryview:object
BaseException:object
SystemExit:BaseException KeyboardInterrupt:BaseException GeneratorExit:BaseException
Exception:BaseException
BaseExceptionGroup:BaseException
ExceptionGroup:BaseExceptionGroup
ArithmeticError:Exception FloatingPointError:ArithmeticError OverflowError:ArithmeticError ZeroDivisionError:ArithmeticError
AssertionError:Exception AttributeError:Exception BufferError:Exception EOFError:Exception
ImportError:Exception ModuleNotFoundError:ImportError
LookupError:Exception IndexError:LookupError KeyError:LookupError
MemoryError:Exception
NameError:Exception UnboundLocalError:NameError
OSError:Exception BlockingIOError:OSError ChildProcessError:OSError ConnectionError:OSError BrokenPipeError:ConnectionError
ConnectionAbortedError:ConnectionError ConnectionRefusedError:ConnectionError ConnectionResetError:ConnectionError
FileExistsError:OSError FileNotFoundError:OSError InterruptedError:OSError IsADirectoryError:OSError NotADirectoryError:OSError
PermissionError:OSError ProcessLookupError:OSError TimeoutError:OSError
ReferenceError:Exception
RuntimeError:Exception NotImplementedError:RuntimeError RecursionError:RuntimeError
StopIteration:Exception StopAsyncIteration:Exception
SyntaxError:Exception IndentationError:SyntaxError TabError:IndentationError
SystemError:Exception TypeError:Exception
ValueError:Exception UnicodeError:ValueError UnicodeDecodeError:UnicodeError UnicodeEncodeError:UnicodeError UnicodeTranslateError:UnicodeError
Warning:Exception DeprecationWarning:Warning PendingDeprecationWarning:Warning RuntimeWarning:Warning SyntaxWarning:Warning
UserWarning:Warning FutureWarning:Warning ImportWarning:Warning UnicodeWarning:Warning BytesWarning:Warning ResourceWarning:Warning EncodingWarning:Warning`

// builtinClasses are made once and never changed.
var builtinClasses = sync.OnceValue(func() map[string]*classData {
	classes := map[string]*classData{}
	for _, entry := range fieldsOf(builtinBases) {
		name, base := entry[0], entry[1]
		c := &classData{name: name, attrs: newDict(), builtin: true}
		if base != "" {
			c.bases = []*classData{classes[base]}
		}
		c.mro, _ = linearize(c)
		classes[name] = c
	}
	return classes
})

func fieldsOf(s string) [][2]string {
	var out [][2]string
	for _, word := range splitSpace(s) {
		for i := 0; i < len(word); i++ {
			if word[i] == ':' {
				out = append(out, [2]string{word[:i], word[i+1:]})
			}
		}
	}
	return out
}

func builtinClass(name string) Value {
	switch name {
	case "IOError", "EnvironmentError":
		name = "OSError"
	}
	c, ok := builtinClasses()[name]
	if !ok {
		return Value{}
	}
	return Value{data: c}
}

// typeName is type(v).__name__.
func (r *run) typeName(v Value) string {
	switch d := v.data.(type) {
	case *objectData:
		return d.class.simpleName()
	case *classData:
		return "type"
	case *unknownData:
		if d.typ != "" {
			return d.typ
		}
		return "object"
	}
	if c := r.classOf(v); c != nil {
		return c.simpleName()
	}
	return "object"
}

// classOf is the class of a value, or nil when that is not known.
func (r *run) classOf(v Value) *classData {
	name := ""
	switch d := v.data.(type) {
	case *objectData:
		return d.class
	case *unknownData:
		if d.typ == "" {
			return nil
		}
		name = d.typ
	case pathData:
		return r.modelClass("pathlib", "PosixPath", "Path")
	case purePathData:
		return r.modelClass("pathlib", "PurePosixPath", "PurePath")
	case timedeltaData:
		return r.modelClass("datetime", "timedelta", "")
	case noneData:
		name = "NoneType"
	case boolData:
		name = "bool"
	case intData, bigData:
		name = "int"
	case floatData:
		name = "float"
	case complexData:
		name = "complex"
	case strData:
		name = "str"
	case bytesData:
		name = "bytes"
	case *listData:
		name = "list"
	case *tupleData:
		name = "tuple"
	case *dictData:
		name = "dict"
	case *setData:
		name = "set"
		if d.frozen {
			name = "frozenset"
		}
	case *classData:
		if m, ok := d.metaclass.data.(*classData); ok {
			return m
		}
		name = "type"
	case *moduleData:
		name = "module"
	case *funcData:
		name = "function"
	case *nativeData:
		name = "function"
		if !strings.Contains(strings.TrimPrefix(d.name, "builtins."), ".") {
			name = "builtin_function_or_method"
		}
	case *methodData:
		name = "method"
	default:
		name = className(v.data)
	}
	if c, ok := builtinClasses()[name]; ok {
		return c
	}
	if c, ok := r.classes[name]; ok {
		return c
	}
	c := newNativeClass(NativeClass{Name: name})
	r.classes[name] = c
	return c
}

func (r *run) modelClass(module, name, other string) *classData {
	if m := r.model(module); m != nil {
		for _, n := range []string{name, other} {
			if v, ok := m.globals.getStr(n); ok {
				if c, ok := v.data.(*classData); ok {
					return c
				}
			}
		}
	}
	if c, ok := r.classes[module+"."+name]; ok {
		return c
	}
	c := newNativeClass(NativeClass{Name: module + "." + name})
	r.classes[module+"."+name] = c
	return c
}

func (r *run) typeOf(v Value) Value {
	c := r.classOf(v)
	if c == nil {
		return derived(Value{data: &unknownData{reason: v.Reason(), op: "type", args: []Value{v}}}, r.at, v)
	}
	return Value{data: c}
}

// splitSpace is strings.Fields for what is ASCII.
func splitSpace(s string) []string {
	var out []string
	start := -1
	for i := 0; i <= len(s); i++ {
		space := i == len(s) || s[i] == ' ' || s[i] == '\n'
		if space && start >= 0 {
			out = append(out, s[start:i])
			start = -1
		} else if !space && start < 0 {
			start = i
		}
	}
	return out
}
