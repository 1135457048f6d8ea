package source

import (
	"bytes"
	"strings"
	"testing"
)

// TestContainsIsThatOfTheText compares each answer with a search in the text.
func TestContainsIsThatOfTheText(t *testing.T) {
	texts := []string{"", "abc", "abcd", "import os\nfrom celery import shared_task\n", strings.Repeat("x", 5000) + "needle", strings.Repeat("\x00\xff", 40) + "π ist", string(everyPair())}
	words := []string{"", "a", "abc", "abcd", "abcde", "celery", "celery ", "needle", "xneedle", "needles", "shared_task\n", "\xff\x00\xff\x00", "π ist", "π is ", "tmp_"}
	for _, text := range texts {
		f := NewFile("f", []byte(text))
		for _, word := range words {
			if got, want := f.Contains(word), strings.Contains(text, word); got != want {
				t.Errorf("Contains(%q) in a text of %d bytes is %t", word, len(text), got)
			}
		}
	}
}

func TestContainsAnyOfSeveral(t *testing.T) {
	f := NewFile("f", []byte("one two three"))
	if !f.ContainsAny("four", "three") || f.ContainsAny("four", "five") || f.ContainsAny() {
		t.Error("ContainsAny does not tell whether one of the words is there")
	}
}

// TestTheFilterLetsLittleThrough holds that a word that is not there is nearly always refused without reading the text.
func TestTheFilterLetsLittleThrough(t *testing.T) {
	text := everyPair()
	g, through := newGrams(text), 0
	for i := range 1000 {
		word := "w" + strings.Repeat(string(rune('a'+i%26)), 3) + string(rune('A'+i/26))
		if !bytes.Contains(text, []byte(word)) && g.mayContain(word) {
			through++
		}
	}
	if through > 150 {
		t.Errorf("%d of 1000 words that are not there pass the filter", through)
	}
}

// everyPair is text with many different runs of bytes.
func everyPair() []byte {
	var text []byte
	for a := byte('a'); a <= 'z'; a++ {
		for b := byte('A'); b <= 'Z'; b++ {
			text = append(text, a, b, '_', byte('0'+(a+b)%10))
		}
	}
	return text
}

func FuzzContains(f *testing.F) {
	f.Add([]byte("from celery import shared_task"), "celery")
	f.Add([]byte("abcdabce"), "abce")
	f.Fuzz(func(t *testing.T, text []byte, word string) {
		if got, want := NewFile("f", text).Contains(word), strings.Contains(string(text), word); got != want {
			t.Errorf("Contains(%q) in %q is %t", word, text, got)
		}
	})
}

// BenchmarkGrams is the reading of a text; a question about it then takes some nanoseconds.
func BenchmarkGrams(b *testing.B) {
	text := bytes.Repeat([]byte("    value = models.CharField(max_length=20, default=\"\")\n"), 200)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		newGrams(text)
	}
}
