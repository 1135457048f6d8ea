package syntax

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/unicode/runenames"
)

// charNames maps the names of characters to them, computed on first use: few files have a \N escape.
var charNames = sync.OnceValue(func() map[string]rune {
	names := make(map[string]rune, 40000)
	for r := rune(0x20); r <= 0xE01EF; r++ {
		if r >= 0x3400 && r < 0x4DC0 || r >= 0x4E00 && r < 0xA000 || r >= 0xAC00 && r <= 0xD7A3 || r >= 0x17000 && r < 0x18800 || r >= 0x20000 && r < 0xE0000 {
			continue // names of these follow a rule
		}
		if name := runenames.Name(r); name != "" && name[0] != '<' {
			names[name] = r
		}
	}
	for line := range strings.Lines(nameAliases) {
		fields := strings.Split(strings.TrimSpace(line), ";")
		r, _ := strconv.ParseUint(fields[0], 16, 32)
		for _, alias := range fields[1:] {
			names[alias] = rune(r)
		}
	}
	for i := range 256 { // variation selectors
		r := rune(0xFE00 + i)
		if i >= 16 {
			r = rune(0xE0100 + i - 16)
		}
		names["VS"+strconv.Itoa(i+1)] = r
	}
	return names
})

// characterByName finds what \N{name} stands for, letter case ignored.
func characterByName(name string) (rune, bool) {
	name = strings.ToUpper(name)
	if r, ok := charNames()[name]; ok {
		return r, true
	}
	for _, prefix := range [...]string{"CJK UNIFIED IDEOGRAPH-", "TANGUT IDEOGRAPH-", "CJK COMPATIBILITY IDEOGRAPH-", "KHITAN SMALL SCRIPT CHARACTER-", "NUSHU CHARACTER-"} {
		if hex, ok := strings.CutPrefix(name, prefix); ok {
			v, err := strconv.ParseUint(hex, 16, 31)
			if r := rune(v); err == nil && hex == fmt.Sprintf("%04X", v) && named(r, prefix) {
				return r, true
			}
			return 0, false
		}
	}
	if rest, ok := strings.CutPrefix(name, "HANGUL SYLLABLE "); ok {
		return hangulByName(rest)
	}
	return 0, false
}

// named reports whether a character belongs to the range of a rule.
func named(r rune, prefix string) bool {
	name := runenames.Name(r)
	if strings.HasPrefix(name, prefix) {
		return true
	}
	switch {
	case strings.HasPrefix(prefix, "CJK UNIFIED"):
		return strings.HasPrefix(name, "<CJK Ideograph")
	case strings.HasPrefix(prefix, "TANGUT"):
		return strings.HasPrefix(name, "<Tangut Ideograph")
	}
	return false
}

// hangulByName composes a syllable from its parts (The Unicode Standard, 3.12).
func hangulByName(name string) (rune, bool) {
	leads := [...]string{"G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"}
	vowels := [...]string{"A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I"}
	tails := [...]string{"", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS", "NG", "J", "C", "K", "T", "P", "H"}
	for i, lead := range leads {
		rest, ok := strings.CutPrefix(name, lead)
		if !ok {
			continue
		}
		for j, vowel := range vowels {
			last, ok := strings.CutPrefix(rest, vowel)
			if !ok {
				continue
			}
			for k, tail := range tails {
				if last == tail {
					return rune(0xAC00 + (i*len(vowels)+j)*len(tails) + k), true
				}
			}
		}
	}
	return 0, false
}
