package source

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// gramSize is how many bytes in a row the filter of a file knows about.
const gramSize = 4

// grams is the set of all runs of gramSize bytes of a text, as bits that their hashes name. It may have more than the text has, never less.
type grams struct {
	bits  []uint64
	shift uint8 // of a hash of 32 bits, so that a number of a bit remains
}

// maxGramBits bounds the memory of a large file's filter (1 MiB); such a filter lets more through.
const maxGramBits = 23

// newGrams reads a text once. About one run of three is a new one in source code, so that a sixth of the bits are set.
func newGrams(text []byte) grams {
	size := min(max(bits.Len(uint(len(text)))+1, 6), maxGramBits)
	g := grams{bits: make([]uint64, 1<<(size-6)), shift: uint8(32 - size)}
	for i := 0; i+gramSize <= len(text); i++ {
		at := gramHash(binary.LittleEndian.Uint32(text[i:])) >> g.shift
		g.bits[at/64] |= 1 << (at % 64)
	}
	return g
}

// gramHash spreads four bytes over 32 bits (multiplicative hashing, Knuth, volume 3, 6.4).
func gramHash(gram uint32) uint32 { return gram * 2654435769 }

// mayContain is false when the text does not have the word.
func (g grams) mayContain(word string) bool {
	for i := 0; i+gramSize <= len(word); i++ {
		gram := uint32(word[i]) | uint32(word[i+1])<<8 | uint32(word[i+2])<<16 | uint32(word[i+3])<<24
		at := gramHash(gram) >> g.shift
		if g.bits[at/64]&(1<<(at%64)) == 0 {
			return false
		}
	}
	return true
}

// Contains reports whether the text has a word somewhere. Many ask all files for words that few have: from the second time on that is
// told without reading the text again, except for words of less than four bytes.
func (f *File) Contains(word string) bool {
	if len(word) < gramSize {
		return bytes.Contains(f.Data, []byte(word))
	}
	f.indexGrams()
	return f.grams.mayContain(word) && bytes.Contains(f.Data, []byte(word))
}

func (f *File) indexGrams() { f.gramsOnce.Do(func() { f.grams = newGrams(f.Data) }) }

// ContainsAny reports whether the text has one of the words.
func (f *File) ContainsAny(words ...string) bool {
	for _, word := range words {
		if f.Contains(word) {
			return true
		}
	}
	return false
}
