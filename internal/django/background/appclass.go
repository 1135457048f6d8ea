package background

import (
	"strings"

	"gonogo/internal/python/eval"
)

// taskClass is the class of which the project's application of Celery makes tasks that name none (task_cls); invalid where it is Celery's own.
func (f *finder) taskClass() eval.Value {
	for _, m := range f.work.modules {
		if m.Dotted == "" || !m.Syntax.File.Contains("task_cls") {
			continue
		}
		for _, field := range f.session.Import(m.Dotted).Module.Fields() {
			if v := field.Value; v.Class() == "celery.Celery" || v.ClassOf().IsSubclass("celery.Celery") {
				if class := v.Arg(-1, "task_cls"); class.IsValid() {
					return f.named(class)
				}
			}
		}
	}
	return eval.Value{}
}

// named is a class that is given itself, or by its path ("shop.core:Task").
func (f *finder) named(class eval.Value) eval.Value {
	path, ok := class.AsStr()
	if !ok {
		return class
	}
	path = strings.Replace(path, ":", ".", 1)
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 {
		return class
	}
	return f.session.Import(path[:dot]).Module.Attr(path[dot+1:])
}

// inherit gives tasks of Celery what the application's class of tasks has.
func (f *finder) inherit() {
	class := f.taskClass()
	if !class.IsValid() {
		return
	}
	for _, t := range f.work.Tasks {
		if _, own := t.options["base"]; t.Library == Celery && !own && t.Class == nil {
			f.attributes(t, class)
		}
	}
}
