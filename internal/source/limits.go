package source

// Limits bound how much of a tree is read. Zero fields take the defaults.
type Limits struct {
	Files     int   // files listed; default 200,000
	Depth     int   // folders below the root; default 40
	FileBytes int64 // a larger file is listed, and not read; default 10 MB
	Bytes     int64 // read in all; default 1 GB
}

// withDefaults replaces zero fields.
func (l Limits) withDefaults() Limits {
	if l.Files == 0 {
		l.Files = 200_000
	}
	if l.Depth == 0 {
		l.Depth = 40
	}
	if l.FileBytes == 0 {
		l.FileBytes = 10_000_000
	}
	if l.Bytes == 0 {
		l.Bytes = 1_000_000_000
	}
	return l
}
