// Package library has models of the standard library and of the packages from PyPI that Django settings use, for the
// interpreter of package eval.
//
// A model does what the real module does, or says that the result is unknown, and why; it never gives a wrong value as known.
// Each file models one package. Facts come from the packages' own documentation and source text, by the versions that
// testdata/oracle/requirements.txt installs; where versions differ and the difference shows, the result is unknown.
//
// # Environment files
//
// A dotenv file is read only when it is a file of the project, and by these rules. With a complete environment
// (Environment.Complete) no file is read: the environment that was given is all there is. Otherwise a file whose name says that it
// is a developer's own (".env" and ".env.local", ".env.dev", ".env.dev.local", ".env.development" and the like) is not read: production
// does not have it, or has another one in its place. A file that is called otherwise and that the settings name, like
// "config/.env.production", is part of what is deployed, and its values hold.
package library

import "gonogo/internal/python/eval"

// Modules are all models, by the dotted name under which they are imported.
func Modules() eval.Library {
	lib := eval.Library{}
	for _, part := range [][]module{standardModules(), djangoModules(), environmentModules(), otherModules()} {
		for _, m := range part {
			lib[m.name] = m.model
		}
	}
	return lib
}

// module is one entry of the list.
type module struct {
	name  string
	model func() eval.Model
}

func standardModules() []module {
	return []module{
		{"os", osModel},
		{"os.path", osPath},
		{"posixpath", osPath},
		{"pathlib", pathlibModel},
		{"ast", astModel}, {"json", jsonModel}, {"urllib", open}, {"urllib.parse", urllibParse},
	}
}

func djangoModules() []module { return nil }
func environmentModules() []module {
	return []module{
		{"environ", environModel}, {"environ.environ", environModel},
	}
}
func otherModules() []module { return nil }
