package deploy

import "gonogo/internal/deploy/document"

// patched is an object with a strategic merge patch laid over it: maps are joined, the lists of Kubernetes whose entries have a name or a path
// are joined by it, other lists and scalars are replaced
// (https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md).
func patched(base, patch *document.Node) *document.Node { return patchedNode("", base, patch, 0) }

func patchedNode(key string, base, patch *document.Node, depth int) *document.Node {
	switch {
	case patch == nil:
		return base
	case base == nil || depth > maxMergeDepth:
		return patch
	case base.IsMap() && patch.IsMap():
		m := &document.Node{Kind: document.Map, At: patch.At}
		for _, e := range base.Map() {
			if p := patch.Get(e.Key); p != nil {
				e.KeyAt, e.Value = keyAt(patch, e.Key), patchedNode(e.Key, e.Value, p, depth+1)
			}
			if e.Value != nil && e.Value.Kind != document.Null {
				m.Entries = append(m.Entries, e)
			}
		}
		for _, e := range patch.Map() {
			if base.Get(e.Key) == nil {
				m.Entries = append(m.Entries, e)
			}
		}
		return m
	case base.IsList() && patch.IsList() && mergeKey(key) != "":
		return patchedList(mergeKey(key), base, patch, depth)
	}
	return patch
}

// mergeKey is what entries of a list are told apart by, "" for a list that is replaced.
func mergeKey(list string) string {
	switch list {
	case "containers", "initContainers", "volumes", "env", "imagePullSecrets":
		return "name"
	case "ports":
		return "containerPort"
	case "volumeMounts":
		return "mountPath"
	}
	return ""
}

func patchedList(key string, base, patch *document.Node, depth int) *document.Node {
	l := &document.Node{Kind: document.List, At: patch.At}
	l.Items = append(l.Items, base.Items...)
	for _, item := range patch.Items {
		found := false
		for i, earlier := range l.Items {
			if id := item.Get(key).Scalar(); id != "" && earlier.Get(key).Scalar() == id {
				l.Items[i], found = patchedNode("", earlier, item, depth+1), true
			}
		}
		if !found {
			l.Items = append(l.Items, item)
		}
	}
	return l
}
