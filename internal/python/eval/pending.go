package eval

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

type (
	run          struct{ cfg Config }
	frame        struct{ module *moduleData }
	functionCode struct{ node syntax.Node }
	decision     struct {
		kind            ConditionKind
		key, name, text string
		at              source.Span
		shipped         bool
	}
)

func Explore(cfg Config, module string) *Result { panic("pending") }

func newNativeModule(dotted string, m Model) *moduleData { panic("pending") }
func newNativeClass(n NativeClass) *classData            { panic("pending") }
func builtinClass(name string) Value                     { panic("pending") }
func resolveRelative(name, pkg string) string            { panic("pending") }
func openValue(v Value, reason string, depth int)        { panic("pending") }

func (r *run) raise(at source.Span, class, message string, args ...Value) { panic("pending") }
func (r *run) readEnv(c *Call, e EnvRead) Value                           { panic("pending") }
func (r *run) envIsSet(c *Call, name string) Value                        { panic("pending") }
func (r *run) setEnv(c *Call, name string, v Value, only bool)            { panic("pending") }
func (r *run) unsetEnv(name string)                                       { panic("pending") }
func (r *run) envEntries() ([]Entry, bool)                                { panic("pending") }
func (r *run) call(fn Value, args []Value, kw []Kwarg, at source.Span, f *frame) Value {
	panic("pending")
}
func (r *run) getAttr(v Value, name string, at source.Span, f *frame) Value { panic("pending") }
func (r *run) findAttr(v Value, name string, at source.Span, f *frame) (Value, bool) {
	panic("pending")
}
func (r *run) setAttr(v Value, name string, x Value, at source.Span, f *frame) { panic("pending") }
func (r *run) getItem(v, k Value, at source.Span, f *frame) Value              { panic("pending") }
func (r *run) setItem(v, k, x Value, at source.Span, f *frame)                 { panic("pending") }
func (r *run) iterate(v Value, at source.Span, f *frame) []Value               { panic("pending") }
func (r *run) str(v Value, at source.Span, f *frame) Value                     { panic("pending") }
func (r *run) reprOf(v Value, at source.Span, f *frame) Value                  { panic("pending") }
func (r *run) branch(v Value, at source.Span, f *frame) bool                   { panic("pending") }
func (r *run) decide(d decision) bool                                          { panic("pending") }
func (r *run) typeOf(v Value) Value                                            { panic("pending") }
func (r *run) isInstanceOf(v Value, class string) Tri                          { panic("pending") }
func (r *run) operator(op string, a, b Value, at source.Span, f *frame) Value  { panic("pending") }
func (r *run) annotations(class Value) []Entry                                 { panic("pending") }
func (r *run) importModule(dotted string, at source.Span, f *frame) Value      { panic("pending") }
func (r *run) moduleExists(dotted string) Tri                                  { panic("pending") }
func (r *run) loadedModules() Value                                            { panic("pending") }
func (r *run) runFile(path string, g Value, at source.Span, f *frame) bool     { panic("pending") }
func (r *run) execText(text string, g Value, at source.Span, f *frame)         { panic("pending") }
func (r *run) evalText(text string, g Value, at source.Span, f *frame) Value   { panic("pending") }
func (r *run) file(path string) (*source.File, bool, bool)                     { panic("pending") }
func (r *run) readText(c *Call, path string) Value                             { panic("pending") }
func (r *run) pathExists(c *Call, path string) bool                            { panic("pending") }
func (r *run) isDir(path string) bool                                          { panic("pending") }
func (r *run) glob(pattern string) []string                                    { panic("pending") }
func (r *run) override(what string, at source.Span)                            { panic("pending") }
func (r *run) diagnose(at source.Span, message string)                         { panic("pending") }
func (f *frame) globals() *dictData                                            { panic("pending") }
func (f *frame) locals() Value                                                 { panic("pending") }
func (m *moduleData) packageName() string                                      { panic("pending") }
func (m *moduleData) path() string                                             { panic("pending") }
