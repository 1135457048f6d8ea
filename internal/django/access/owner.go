package access

import (
	"strings"

	"gonogo/internal/django/queries"
)

// Owner is the relation by which a row belongs to a user of the site.
type Owner struct {
	// Path leads from the row to the user: "user", "order__customer"; "" for the model of users itself.
	Path string
	// Private says that the row is that user's own affair (an order's customer), so that others should not even read it. The others
	// are what a user made for all to see (a post's author), which only its maker should change.
	Private bool
	// Tenant says that Path leads to what several users share (an organization, a team), each of its members being one of the owners.
	Tenant bool
}

// TenantOf is the organization, team or the like that rows of a model belong to; ok is false where no field leads to one. What users share is
// known by its name, and by its members: a relation to users, or a model that joins both.
func TenantOf(s *queries.Schema, m *queries.Model) (o Owner, ok bool) {
	user := s.User()
	if user == nil || m == user || m.Undecided != "" {
		return Owner{}, false
	}
	for _, f := range m.Fields {
		if f.Many || f.Null || f.To == nil || f.To == m || f.Kind != "ForeignKey" || !isTenantsName(f.To.Name) || pointsToUser(user, m) {
			continue
		}
		if hasMembers(s, user, f.To) {
			return Owner{Path: f.Name, Private: true, Tenant: true}, true
		}
	}
	return Owner{}, false
}

func isTenantsName(model string) bool {
	switch strings.ToLower(model) {
	case "organization", "organisation", "tenant", "team", "workspace", "company", "household", "space", "account", "client", "customer", "project":
		return true
	}
	return false
}

// hasMembers reports whether users belong to rows of a model: by a relation of many to many, by a foreign key of theirs, or by a third model.
func hasMembers(s *queries.Schema, user, tenant *queries.Model) bool {
	for _, f := range tenant.Fields {
		if f.Many && f.To == user {
			return true
		}
	}
	for _, f := range user.Fields {
		if f.Relation && f.To == tenant {
			return true
		}
	}
	for _, m := range s.Models() {
		toUser, toTenant := false, false
		for _, f := range m.Fields {
			toUser = toUser || f.Relation && !f.Many && isPerson(user, f)
			toTenant = toTenant || f.Relation && !f.Many && f.To == tenant
		}
		if lower := strings.ToLower(m.Name); toUser && toTenant && (strings.Contains(lower, "member") || strings.Contains(lower, "user") || strings.Contains(lower, "profile")) {
			return true
		}
	}
	return false
}

// OwnerOf is whom rows of a model belong to; ok is false where its fields name nobody as the owner. Of a model with Undecided set not all
// fields are known: its primary key can be one that nobody guesses.
func OwnerOf(s *queries.Schema, m *queries.Model) (o Owner, ok bool) {
	user := s.User()
	if user == nil {
		return Owner{}, false
	}
	if m == user {
		return Owner{}, true
	}
	if o, ok := direct(user, m); ok || pointsToUser(user, m) {
		return o, ok
	}
	for _, f := range m.Fields {
		if f.Many || f.Null || f.To == nil || f.Kind != "ForeignKey" || !isPart(m.Name, f) {
			continue
		}
		if up, ok := direct(user, f.To); ok && isOwnersName(strings.ToLower(up.Path)) {
			return Owner{Path: f.Name + "__" + up.Path, Private: up.Private}, true
		}
	}
	return Owner{}, false
}

// direct is the owner that a field of the model itself names.
func direct(user, m *queries.Model) (o Owner, ok bool) {
	for _, f := range m.Fields {
		if !isPerson(user, f) {
			continue
		}
		switch name := strings.ToLower(f.Name); {
		case isOwnersName(name):
			return Owner{Path: f.Name, Private: !isShown(m.Name)}, true
		case isMakersName(name) && !ok:
			o, ok = Owner{Path: f.Name}, true
		}
	}
	return o, ok
}

// isPerson reports whether a field points to the user, or to a model of which every user has one (a profile, a customer).
func isPerson(user *queries.Model, f *queries.Field) bool {
	if !f.Relation || f.Many || f.To == nil {
		return false
	}
	if f.To == user {
		return true
	}
	for _, inner := range f.To.Fields {
		if inner.Kind == "OneToOneField" && inner.To == user {
			return true
		}
	}
	return false
}

func pointsToUser(user, m *queries.Model) bool {
	for _, f := range m.Fields {
		if f.Relation && !f.Many && f.To == user {
			return true
		}
	}
	return false
}

func isOwnersName(name string) bool {
	switch name {
	case "user", "owner", "customer", "account", "buyer", "patient", "borrower", "student", "subscriber", "recipient", "donor", "payer", "holder",
		"belongs_to", "owned_by", "client", "purchaser":
		return true
	}
	return false
}

// isShown reports whether rows are by their model's name made to be seen by others.
func isShown(model string) bool {
	return containsAny(model, "profile", "post", "comment", "article", "review", "rating", "photo", "image", "picture", "video", "tweet", "question", "answer",
		"thread", "topic", "reply", "recipe", "listing", "product", "event", "story", "blog", "book", "job", "project", "status", "like", "follow", "vote", "page",
		"album", "track", "song", "room", "auction", "bid", "idea", "poll", "snippet", "vendor", "store", "shop", "seller", "author", "doctor", "teacher",
		"instructor", "driver", "service", "property", "campaign", "group", "badge", "entry")
}

func isMakersName(name string) bool {
	switch name {
	case "author", "creator", "created_by", "posted_by", "poster", "submitted_by", "submitter", "uploaded_by", "uploader", "writer", "seller", "host",
		"organizer", "added_by", "sender":
		return true
	}
	return false
}

// isPart reports whether a row is a part of the one that a relation points to, by their names: an OrderLine of an order, a CartItem of a cart.
func isPart(model string, f *queries.Field) bool {
	lower, of := strings.ToLower(model), strings.ToLower(f.To.Name)
	if strings.HasPrefix(lower, of) && lower != of {
		return true
	}
	for _, end := range []string{"item", "line", "entry", "address", "payment"} {
		if strings.HasSuffix(lower, end) {
			return strings.EqualFold(f.Name, f.To.Name)
		}
	}
	return false
}
