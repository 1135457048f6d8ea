package advisory

import (
	"archive/zip"
	"bytes"
	"reflect"
	"testing"
	"testing/fstest"
)

// FuzzRecord reads any text as an advisory: nothing may panic, and reading again must give the same answers.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"id":"A","modified":"2026-11-01T10:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"shop"},"versions":["1.0","x"],`+
		`"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1!2.0rc1+l"},{"limit":"*"},{"last_affected":"3"}]}]}]}`), "1.0")
	f.Add([]byte(`{"id":"A","aliases":null,"affected":[{},{"package":null}],"database_specific":null}`), "")
	f.Fuzz(func(t *testing.T, data []byte, version string) {
		read := func() []any {
			set, err := ReadFS(fstest.MapFS{"a.json": {Data: data}}, []string{"shop"}, Limits{})
			if err != nil {
				return []any{err.Error()}
			}
			found, unclear := set.For("shop", version)
			return []any{Merge(found), unclear, set.AsOf, set.Records}
		}
		if first, second := read(), read(); !reflect.DeepEqual(first, second) {
			t.Errorf("%v and %v", first, second)
		}
	})
}

// FuzzZip reads any bytes as an archive: nothing may panic or read without bound.
func FuzzZip(f *testing.F) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if file, err := w.Create("a.json"); err != nil {
		f.Fatal(err)
	} else if _, err := file.Write([]byte(`{"id":"A"}`)); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Skip()
		}
		set, err := readZip(archive, []string{"shop"}, Limits{Record: 1 << 10, Total: 1 << 14})
		if (set == nil) == (err == nil) {
			t.Errorf("%v, %v", set, err)
		}
	})
}
