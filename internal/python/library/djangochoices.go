package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// djangoModels is django.db.models: enumerations of choices are modelled, the other classes keep what they are made with.
// Source: https://docs.djangoproject.com/en/5.2/ref/models/fields/#enumeration-types
func djangoModels() eval.Model {
	names := map[string]eval.Value{}
	for name, builtin := range map[string]string{"Choices": "", "TextChoices": "str", "IntegerChoices": "int"} {
		names[name] = eval.NewClass(choicesClass("django.db.models."+name, builtin))
	}
	return eval.Model{Open: true, Names: names}
}

// choicesEnums is django.db.models.enums, where the classes are defined.
func choicesEnums() eval.Model {
	m := djangoModels()
	m.Names["ChoicesType"] = eval.NewClass(eval.NativeClass{Name: "django.db.models.enums.ChoicesType"})
	m.Names["ChoicesMeta"] = m.Names["ChoicesType"]
	return m
}

// choicesClass is an enumeration whose members have labels.
func choicesClass(name, builtin string) eval.NativeClass {
	var bases []eval.Value
	if builtin != "" {
		bases = append(bases, eval.BuiltinClass(builtin))
	}
	n := enumClass(name, append(bases, eval.NewClass(enumClass("enum.Enum", nil))))
	n.Subclassed = makeChoices
	n.Properties["label"] = func(_ *eval.Call, self eval.Value) eval.Value { return self.Attr("_label_") }
	if builtin != "" {
		// Choices.__str__ is that of the value.
		n.Methods["__str__"] = func(c *eval.Call, self eval.Value) eval.Value { return c.Str(self.Attr("_value_")) }
	}
	return n
}

// makeChoices makes members of a class body and the lists that the class offers beside them.
func makeChoices(c *eval.Call, class eval.Value) {
	labels := takeLabels(class)
	makeMembers(c, class)
	var choices, values, names, texts []eval.Value
	if empty := class.Attr("__empty__"); empty.IsValid() {
		choices = append(choices, eval.MakeTuple(eval.MakeNone(), empty))
		values, texts = append(values, eval.MakeNone()), append(texts, empty)
		names = append(names, eval.MakeStr("__empty__"))
	}
	for _, e := range members(class) {
		name := text(e.Key)
		label, given := labels[name]
		if !given {
			label = eval.MakeStr(titleOf(name))
		}
		if own, _ := str(e.Value.Attr("_name_")); own != name {
			continue // another name for the same value
		}
		e.Value.SetField("_label_", label)
		choices = append(choices, eval.MakeTuple(e.Value.Attr("_value_"), label))
		values, texts = append(values, e.Value.Attr("_value_")), append(texts, label)
		names = append(names, eval.MakeStr(name))
	}
	class.SetField("choices", eval.MakeList(choices...))
	class.SetField("values", eval.MakeList(values...))
	class.SetField("labels", eval.MakeList(texts...))
	class.SetField("names", eval.MakeList(names...))
}

// takeLabels removes the labels from values that end in one: DRAFT = "d", "Draft".
func takeLabels(class eval.Value) map[string]eval.Value {
	labels := map[string]eval.Value{}
	for _, e := range class.Fields() {
		elems := e.Value.Elems()
		name := text(e.Key)
		if n := len(elems); n < 2 || strings.HasPrefix(name, "_") || elems[n-1].Kind() != eval.Str && !elems[n-1].IsUnknown() {
			continue
		}
		rest := elems[:len(elems)-1]
		labels[name] = elems[len(elems)-1]
		value := rest[0]
		if len(rest) > 1 {
			value = eval.MakeTuple(rest...)
		}
		class.SetField(name, value.WithOrigin(e.Value.Origin()))
	}
	return labels
}

// titleOf is the label of a member that has none: "OUT_OF_STOCK" is "Out Of Stock", as str.title makes it.
func titleOf(name string) string {
	words := strings.Split(strings.ReplaceAll(name, "_", " "), " ")
	for i, w := range words {
		words[i] = titleWord(w)
	}
	return strings.Join(words, " ")
}

// titleWord puts the first letter of each run of letters in upper case.
func titleWord(w string) string {
	var b strings.Builder
	inside := false
	for _, r := range w {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 127
		if letter && inside {
			b.WriteString(strings.ToLower(string(r)))
		} else {
			b.WriteString(strings.ToUpper(string(r)))
		}
		inside = letter
	}
	return b.String()
}
