package eval

// walkOrigins visits every origin of a value and of its parts once, in order of reading, until visit returns false.
// within says whether the visited origin is known to be a part's own one.
func walkOrigins(v Value, visit func(*Origin) bool) {
	w := originWalk{visit: visit, origins: map[*Origin]bool{}, parts: map[data]bool{}}
	w.value(v, 0)
}

type originWalk struct {
	visit   func(*Origin) bool
	origins map[*Origin]bool
	parts   map[data]bool
	stopped bool
}

func (w *originWalk) origin(o *Origin, depth int) {
	if o == nil || w.stopped || w.origins[o] || depth > 10000 {
		return
	}
	w.origins[o] = true
	for _, from := range o.From {
		w.origin(from, depth+1)
	}
	if !w.stopped && !w.visit(o) {
		w.stopped = true
	}
}

func (w *originWalk) value(v Value, depth int) {
	if w.stopped || depth > 1000 {
		return
	}
	w.origin(v.origin, 0)
	switch d := v.data.(type) {
	case *listData, *tupleData, *setData, *dictData, *objectData:
		if w.parts[d] {
			return
		}
		w.parts[d] = true
		for _, e := range v.Elems() {
			w.value(e, depth+1)
		}
		if dict := dictOf(d); dict != nil {
			for _, e := range dict.entries() {
				w.value(e.Key, depth+1)
				w.value(e.Value, depth+1)
			}
			w.value(dict.open, depth+1)
		}
		if o, ok := d.(*objectData); ok {
			for _, a := range o.args {
				w.value(a, depth+1)
			}
			for _, a := range o.kwargs {
				w.value(a.Value, depth+1)
			}
		}
	}
}

func envRefs(v Value) []EnvRef {
	var refs []EnvRef
	seen := map[string]int{}
	walkOrigins(v, func(o *Origin) bool {
		if o.Env == nil {
			return true
		}
		if i, ok := seen[o.Env.Name]; ok {
			if o.Env.Cast != "" && refs[i].Cast == "" {
				refs[i] = *o.Env
			}
			return true
		}
		seen[o.Env.Name] = len(refs)
		refs = append(refs, *o.Env)
		return true
	})
	return refs
}

// isLiteral holds for a known value that was computed from literals (or from defaults that are literals) alone.
// What was given from outside, read from a file or made at random is none.
func isLiteral(v Value) bool {
	switch v.data.(type) {
	case *listData, *tupleData, *setData, *dictData:
		return anyLiteral(v, map[data]bool{})
	case *unknownData, nil:
		return false
	}
	return literalOrigin(v.origin)
}

func anyLiteral(v Value, seen map[data]bool) bool {
	if seen[v.data] {
		return false
	}
	seen[v.data] = true
	for _, e := range v.Elems() {
		if isPart(e) && anyLiteral(e, seen) || !isPart(e) && isLiteral(e) {
			return true
		}
	}
	for _, e := range v.Entries() {
		if isPart(e.Value) && anyLiteral(e.Value, seen) || !isPart(e.Value) && isLiteral(e.Value) {
			return true
		}
	}
	return false
}

// isPart reports whether the value is a container that can hold itself.
func isPart(v Value) bool {
	switch v.Kind() {
	case List, Tuple, Set, Dict:
		return true
	}
	return false
}

func literalOrigin(o *Origin) bool {
	literal, outside := false, false
	w := originWalk{origins: map[*Origin]bool{}, visit: func(o *Origin) bool {
		switch {
		case o.Literal:
			literal = true
		case o.Random, o.FromFile != "", o.Env != nil && (o.Env.Set || !o.Env.HasDefault):
			outside = true
			return false
		}
		return true
	}}
	w.origin(o, 0)
	return literal && !outside
}

func isRandom(v Value) bool {
	random := false
	walkOrigins(v, func(o *Origin) bool {
		random = random || o.Random
		return !random
	})
	return random
}

// originOf joins the provenance of values into that of a value computed from them.
func originsOf(values ...Value) []*Origin {
	var from []*Origin
	for _, v := range values {
		if v.origin != nil {
			from = append(from, v.origin)
		}
	}
	return from
}
