package library

import (
	"slices"

	"gonogo/internal/python/eval"
)

// Validators of pydantic 2. Facts: https://docs.pydantic.dev/latest/concepts/validators/

// pydanticValidator is the state of a function that a decorator made a validator.
type pydanticValidator struct {
	model  bool // of the whole model
	mode   string
	fields []string
	fn     eval.Value
}

// validatorDecorator is field_validator or model_validator.
func validatorDecorator(class eval.Value, name string) eval.Value {
	return eval.NewNative("pydantic."+name, func(c *eval.Call) eval.Value {
		v := pydanticValidator{model: name == "model_validator", mode: "?"}
		if mode, ok := str(c.ArgOr(-1, "mode", eval.MakeStr("after"))); ok {
			v.mode = mode
		}
		if v.model {
			if mode, ok := str(c.Arg(-1, "mode")); !ok || mode != "after" {
				v.mode = "?"
			}
		} else {
			for _, a := range c.Args {
				field, ok := str(a)
				if !ok {
					v.mode = "?"
				}
				v.fields = append(v.fields, field)
			}
		}
		return eval.NewNative("pydantic.validator.decorator", func(c *eval.Call) eval.Value {
			made := v
			made.fn = c.Arg(0, "")
			return eval.NewObject(class, &made)
		})
	})
}

// validatorsOf are the validators of a class in the order of their definition, those of its bases first. ok is false when one of
// them cannot be followed.
func validatorsOf(class eval.Value) (out []*pydanticValidator, ok bool) {
	mro := class.MRO()
	seen := map[string]bool{}
	for i := len(mro) - 1; i >= 0; i-- {
		for _, e := range mro[i].Fields() {
			if e.Value.Class() != "pydantic.validator" {
				continue
			}
			v, known := e.Value.State().(*pydanticValidator)
			if !known || v.mode != "after" && (v.model || v.mode != "before") || seen[text(e.Key)] {
				return nil, false
			}
			seen[text(e.Key)] = true
			out = append(out, v)
		}
	}
	return out, true
}

// runValidators calls the validators of one field.
func runValidators(c *eval.Call, class eval.Value, list []*pydanticValidator, mode, field string, v, data eval.Value) eval.Value {
	list = slices.Clone(list)
	if mode == "before" {
		slices.Reverse(list)
	}
	for _, validator := range list {
		if !validator.model && validator.mode == mode && (slices.Contains(validator.fields, field) || slices.Contains(validator.fields, "*")) {
			v = callValidator(c, class, validator, field, v, data)
		}
	}
	return v
}

func callValidator(c *eval.Call, class eval.Value, validator *pydanticValidator, field string, v, data eval.Value) eval.Value {
	kind, fn := validator.fn.Descriptor()
	names, ok := fn.Parameters()
	if !ok {
		return c.UnknownFrom(reasonPydantic, v)
	}
	var args []eval.Value
	if kind == "classmethod" || kind == "" && len(names) > 0 && names[0] == "cls" {
		args, names = append(args, class), names[1:]
	}
	args = append(args, v)
	if len(names) > 1 {
		info := eval.NewObject(eval.NewClass(eval.NativeClass{Name: "pydantic_core.ValidationInfo"}), nil)
		info.SetField("data", data)
		info.SetField("field_name", eval.MakeStr(field))
		info.SetField("mode", eval.MakeStr("python"))
		info.SetField("context", eval.MakeNone())
		args = append(args, info)
	}
	call := eval.NewNative("pydantic.validate", func(*eval.Call) eval.Value { return c.Call(fn, args...) })
	made, failed := tryCall(c, "(ValueError, AssertionError)", call, eval.MakeNone(), nil)
	if failed {
		return pydanticFail(c, "Value error")
	}
	return made
}

// runModelValidators calls those of the whole model, which get it with its fields.
func runModelValidators(c *eval.Call, class eval.Value, list []*pydanticValidator, model eval.Value) eval.Value {
	for _, validator := range list {
		if !validator.model {
			continue
		}
		kind, fn := validator.fn.Descriptor()
		if kind == "classmethod" {
			return c.Unknown(reasonPydantic)
		}
		call := eval.NewNative("pydantic.validate", func(*eval.Call) eval.Value { return c.Call(fn, model) })
		made, failed := tryCall(c, "(ValueError, AssertionError)", call, eval.MakeNone(), nil)
		if failed {
			return pydanticFail(c, "Value error")
		}
		if made.Kind() != eval.Object {
			return c.UnknownFrom(reasonPydantic, made)
		}
		model = made
	}
	return model
}
