package knowledge

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// Date is a calendar day, written "2026-11-21". The zero Date is unknown.
type Date struct{ Year, Month, Day int }

// IsZero reports whether the day is unknown.
func (d Date) IsZero() bool { return d == Date{} }

// Time is the day's beginning in UTC.
func (d Date) Time() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}

// DateOf is the calendar day of a time, in the time's own zone.
func DateOf(t time.Time) Date { return Date{t.Year(), int(t.Month()), t.Day()} }

// Before reports whether the day is earlier than the other.
func (d Date) Before(other Date) bool { return d.Time().Before(other.Time()) }

// After reports whether the day is later than the other.
func (d Date) After(other Date) bool { return other.Before(d) }

// Add is the day that many days later.
func (d Date) Add(days int) Date { return DateOf(d.Time().AddDate(0, 0, days)) }

// String is the day as ISO 8601 writes it.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// UnmarshalText reads "2026-11-21".
func (d *Date) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("read the date %q: %w", text, err)
	}
	*d = DateOf(t)
	return nil
}

// validity is for how many days after they were gathered the facts that change with each release are relied on: Django announces
// security releases about once a month.
const validity = 60

// AsOf is the day on which the embedded facts were gathered.
func AsOf() Date { return facts().AsOf }

// Horizon is the last day on which "no later patch fixes a security issue", "not in a known advisory" and "the newest series"
// may be said. That something is vulnerable or out of support stays true behind it.
func Horizon() Date { return HorizonOf(AsOf()) }

// HorizonOf is the Horizon of facts that were gathered on another day.
func HorizonOf(gathered Date) Date { return gathered.Add(validity) }

//go:embed data/django.json
var djangoJSON []byte

//go:embed data/support.json
var supportJSON []byte

// djangoFacts is data/django.json, which gen/django.py writes.
type djangoFacts struct {
	AsOf   Date `json:"as_of"`
	Series []struct {
		Name    Version `json:"name"`
		Pythons []struct {
			Python Version `json:"python"`
			Since  Version `json:"since"`
		} `json:"pythons"`
		Releases []Release `json:"releases"`
	} `json:"series"`
	Settings []settingFact `json:"settings"`
	byName   map[string]*settingFact
}

// supportFacts is data/support.json, which is written by hand from the pages that it names.
type supportFacts struct {
	Django []struct {
		Series        Version `json:"series"`
		LTS           bool    `json:"lts"`
		MainstreamEnd Date    `json:"mainstream_end"`
		SecurityEnd   Date    `json:"security_end"`
	} `json:"django"`
	Python []struct {
		Series      Version `json:"series"`
		Released    Date    `json:"released"`
		SecurityEnd Date    `json:"security_end"`
	} `json:"python"`
}

// facts reads the embedded file once. That it can be read is a test's business.
var facts = sync.OnceValue(func() *djangoFacts {
	f := &djangoFacts{}
	mustDecode(djangoJSON, f)
	f.byName = make(map[string]*settingFact, len(f.Settings))
	for i := range f.Settings {
		f.byName[f.Settings[i].Name] = &f.Settings[i]
	}
	return f
})

var support = sync.OnceValue(func() *supportFacts {
	f := &supportFacts{}
	mustDecode(supportJSON, f)
	return f
})

// mustDecode reads embedded data, of which a fault is a fault of the build and not of any input.
func mustDecode(data []byte, into any) {
	if err := json.Unmarshal(data, into); err != nil {
		panic(fmt.Sprintf("embedded facts: %v", err))
	}
}
