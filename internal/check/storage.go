package check

import (
	"fmt"
	"strings"

	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Storage is the file storage behind an alias, as Django resolves it: STORAGES from 4.2 on; before that, and besides it until 5.1,
// DEFAULT_FILE_STORAGE and STATICFILES_STORAGE (https://docs.djangoproject.com/en/stable/releases/5.1/#features-removed-in-5-1).
type Storage struct {
	Label   string      // what names the backend: `STORAGES["staticfiles"]["BACKEND"]`, "STATICFILES_STORAGE"
	Backend eval.Value  // the class by its dotted name
	Options eval.Value  // OPTIONS of STORAGES; invalid without
	At      source.Span // where the backend is named, else the settings file
	Set     bool        // the project names it; else it is Django's default
	Missing bool        // STORAGES is given and has no such alias: using it is an error
	// Ignored is the old setting that the project gives although its Django does not read it any more; Set is false without one.
	Ignored django.Setting
}

// Name is the backend's dotted name, "" when it is not known.
func (s Storage) Name() string {
	name, _ := s.Backend.AsStr()
	return name
}

// Doubt words why the backend is not known.
func (s Storage) Doubt() string {
	if reason := firstReason(s.Backend, 0); reason != "" {
		return fmt.Sprintf("%s is not known: %s", s.Label, reason)
	}
	return s.Label + " is not known from the source"
}

// StorageOf finds the storage of an alias, "default" or "staticfiles", in one world.
func StorageOf(s *django.Settings, w *django.World, alias string) Storage {
	old, builtIn := "DEFAULT_FILE_STORAGE", "django.core.files.storage.FileSystemStorage"
	if alias == "staticfiles" {
		old, builtIn = "STATICFILES_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage"
	}
	oldSetting, storages := w.Get(old), w.Get("STORAGES")
	found := Storage{Label: fmt.Sprintf("STORAGES[%q][\"BACKEND\"]", alias), Backend: eval.MakeStr(builtIn), At: storages.At}
	readsOld := !s.Version.AtLeast(5, 1)
	if oldSetting.Set && !readsOld {
		found.Ignored = oldSetting
	}
	switch {
	case !s.Version.Before(4, 2) && (storages.Set || storages.Value.IsUnknown()):
		return found.from(storages, alias)
	case readsOld && (oldSetting.Set || oldSetting.Value.IsUnknown()):
		found.Label, found.Backend, found.At, found.Set = old, oldSetting.Value, Where(oldSetting), oldSetting.Set
	}
	return found
}

// from reads the entry of STORAGES.
func (s Storage) from(storages django.Setting, alias string) Storage {
	s.Set, s.At = storages.Set, Where(storages)
	entry := storages.Value.Get(alias)
	if !entry.IsValid() {
		s.Missing = true
		return s
	}
	if at := entry.At(); !at.IsZero() {
		s.At = at
	}
	if entry.IsUnknown() {
		s.Backend = entry
		return s
	}
	s.Options = entry.Get("OPTIONS")
	if backend := entry.Get("BACKEND"); backend.IsValid() {
		s.Backend = backend
		if at := backend.At(); !at.IsZero() {
			s.At = at
		}
	}
	return s
}

// localStorages write to a folder of the machine; entries that end with a dot stand for all that begins so.
var localStorages = [...]string{
	"django.core.files.storage.FileSystemStorage",
	"django.core.files.storage.filesystem.FileSystemStorage",
	"django.contrib.staticfiles.storage.",
	"whitenoise.storage.",
	"servestatic.storage.",
	"pipeline.storage.",
	"compressor.storage.",
}

// remoteStorages write to a service.
var remoteStorages = [...]string{
	"storages.backends.", "cloudinary_storage.", "django_s3_storage.", "minio_storage.", "django_minio_backend.", "b2_storage.",
	"google.cloud.", "gcloudstorage.", "azure_storage.", "swift.storage.", "django_oss_storage.", "qiniustorage.",
}

// IsLocalStorage reports whether a storage writes to a folder of the machine: Yes for Django's own and for classes of the project that
// inherit from one, No for packages that write to a service, Maybe for others.
func IsLocalStorage(p *SourcePass, backend string) eval.Tri {
	for _, class := range append([]string{backend}, p.Project.Code.Ancestors(backend)...) {
		if strings.HasSuffix(class, "Mixin") {
			continue // ManifestFilesMixin stores nothing itself
		}
		if among(remoteStorages[:], class) {
			return eval.No
		}
		if among(localStorages[:], class) {
			return eval.Yes
		}
	}
	return eval.Maybe
}

// among reports whether a class is one of the names, or begins with one that ends with a dot.
func among(names []string, class string) bool {
	for _, name := range names {
		if class == name || strings.HasSuffix(name, ".") && strings.HasPrefix(class, name) {
			return true
		}
	}
	return false
}
