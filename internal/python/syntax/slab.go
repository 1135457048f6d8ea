package syntax

import "unsafe"

// slab hands out values from chunks, so that a tree costs few allocations.
type slab[T any] struct {
	free []T
	next int // size of the next chunk
}

// Chunks start small for small files and grow to maxChunk values, or maxBytes.
const (
	minChunk = 8
	maxChunk = 256
	maxBytes = 8 << 10 // of a chunk
)

func (s *slab[T]) alloc() *T {
	if len(s.free) == 0 {
		s.grow()
	}
	v := &s.free[0]
	s.free = s.free[1:]
	return v
}

func (s *slab[T]) grow() {
	s.next = min(max(2*s.next, minChunk), maxChunk, maxBytes/int(unsafe.Sizeof(*new(T))))
	s.free = make([]T, s.next)
}

// list hands out slices of exact length from chunks.
type list[T any] struct {
	free  []T
	next  int
	stack []T // values whose slice is not yet complete
}

func (s *list[T]) push(v T) { s.stack = append(s.stack, v) }

func (s *list[T]) mark() int { return len(s.stack) }

// take turns what was pushed since mark into a slice; nil when that is nothing.
func (s *list[T]) take(mark int) []T {
	n := len(s.stack) - mark
	if n == 0 {
		return nil
	}
	if len(s.free) < n {
		s.next = min(max(2*s.next, minChunk), maxChunk)
		if n > s.next/2 {
			out := append([]T(nil), s.stack[mark:]...)
			s.stack = s.stack[:mark]
			return out
		}
		s.free = make([]T, s.next)
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	copy(out, s.stack[mark:])
	s.stack = s.stack[:mark]
	return out
}
