package nginx

import (
	"strconv"
	"strings"
	"time"
)

// Size reads a size in bytes: 1024, 8k, 1m, 2g (ngx_parse_offset). 0 stands for no limit where a directive says so.
func Size(text string) (int64, bool) {
	unit := int64(1)
	if text == "" {
		return 0, false
	}
	switch strings.ToLower(text[len(text)-1:]) {
	case "k":
		unit = 1 << 10
	case "m":
		unit = 1 << 20
	case "g":
		unit = 1 << 30
	}
	if unit > 1 {
		text = text[:len(text)-1]
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > (1<<62)/unit {
		return 0, false
	}
	return n * unit, true
}

// Time reads a span of time: 30, 30s, 1m30s, 500ms, 1h 30m, 1d, 1w, 1M, 1y (ngx_parse_time). A number alone is seconds.
func Time(text string) (time.Duration, bool) {
	total := time.Duration(0)
	rest := strings.ReplaceAll(text, " ", "")
	if rest == "" {
		return 0, false
	}
	for rest != "" {
		digits := 0
		for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
			digits++
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 32)
		if err != nil {
			return 0, false
		}
		rest = rest[digits:]
		unit, length := timeUnit(rest)
		if unit == 0 {
			return 0, false
		}
		total += time.Duration(n) * unit
		rest = rest[length:]
	}
	return total, true
}

func timeUnit(rest string) (unit time.Duration, length int) {
	const day = 24 * time.Hour
	if strings.HasPrefix(rest, "ms") {
		return time.Millisecond, 2
	}
	if rest == "" {
		return time.Second, 0
	}
	switch rest[0] {
	case 's':
		return time.Second, 1
	case 'm':
		return time.Minute, 1
	case 'h':
		return time.Hour, 1
	case 'd':
		return day, 1
	case 'w':
		return 7 * day, 1
	case 'M':
		return 30 * day, 1
	case 'y':
		return 365 * day, 1
	}
	return 0, 0
}
