package orm

import "strings"

// foreignness is what an object in a model's body, of a class from a package that is not in the project, does to the model.
type foreignness uint8

const (
	foreignNothing      foreignness = iota + 1 // a manager, a descriptor, a tracker
	foreignField                               // it is one field
	foreignFieldAndMore                        // it may be a field, and may add others
)

// foreignKind judges by the class's name.
func foreignKind(class string) foreignness {
	name := lastName(class)
	top, _, _ := strings.Cut(class, ".")
	switch {
	case top == "django" || harmlessPackage(top) || !strings.Contains(class, "."):
		return foreignNothing
	case noField(name):
		return foreignNothing
	case singleFields()[top] && strings.HasSuffix(name, "Field") || knownManyToMany(class) || name == "TreeForeignKey" || name == "TreeOneToOneField":
		return foreignField
	case strings.HasSuffix(name, "Field") || strings.HasSuffix(name, "ForeignKey") || strings.HasSuffix(name, "Fields"):
		return foreignFieldAndMore
	}
	return foreignNothing
}

// noField are names of classes that stand in bodies of models and add no field to them.
func noField(name string) bool {
	for _, end := range []string{"Manager", "QuerySet", "Tracker", "Records", "ImageSpecField", "Descriptor", "Property", "Proxy"} {
		if strings.HasSuffix(name, end) && name != "TaggableManager" {
			return true
		}
	}
	return false
}

// knownManyToMany reports whether a class of a package is a many-to-many field.
func knownManyToMany(class string) bool {
	switch lastName(class) {
	case "TaggableManager", "SortedManyToManyField", "TreeManyToManyField", "ParentalManyToManyField", "ClusterTaggableManager":
		return true
	}
	return false
}

// singleFields are packages whose fields are single columns and add nothing else to a model.
func singleFields() map[string]bool {
	return map[string]bool{"phonenumber_field": true, "django_countries": true, "model_utils": true, "django_extensions": true, "autoslug": true,
		"colorfield": true, "timezone_field": true, "django_fsm": true, "ckeditor": true, "ckeditor_uploader": true, "tinymce": true,
		"encrypted_model_fields": true, "fernet_fields": true, "jsonfield": true, "picklefield": true, "shortuuidfield": true, "shortuuid": true,
		"imagekit": true, "easy_thumbnails": true, "sorl": true, "recurrence": true, "multiselectfield": true, "localflavor": true,
		"netfields": true, "macaddress": true, "cloudinary": true, "django_jsonform": true, "mdeditor": true, "martor": true, "ulid": true,
		"django_ulid": true, "positions": true, "ordered_model": true, "markdownx": true, "mptt": true, "treebeard": true, "hashid_field": true,
		"django_ltree": true, "cron_field": true, "durationfield": true, "oauth2_provider": true, "dirtyfields": true, "versatileimagefield": true,
		"django_cryptography": true, "pgcrypto": true, "enumfields": true, "django_enumfield": true, "sortedm2m": true, "modelcluster": true}
}
