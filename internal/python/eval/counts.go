package eval

// counts are numbers by name that begin where others stand, which they leave as they are.
type counts struct {
	before *counts
	now    map[string]int
}

// next counts one more and returns the number.
func (c *counts) next(name string) int {
	n := c.get(name) + 1
	if c.now == nil {
		c.now = make(map[string]int)
	}
	c.now[name] = n
	return n
}

func (c *counts) get(name string) int {
	for ; c != nil; c = c.before {
		if n, ok := c.now[name]; ok {
			return n
		}
	}
	return 0
}
