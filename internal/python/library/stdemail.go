package library

import (
	"regexp"
	"strings"

	"gonogo/internal/python/eval"
)

// emailUtils is the module email.utils, of which settings use what splits a list of addresses (for ADMINS). Only plain addresses, with or
// without a plain name, are split; quotes, comments and groups are left unknown.
func emailUtils() eval.Model {
	names := map[string]eval.Value{
		"getaddresses": eval.NewPure("email.utils.getaddresses", func(c *eval.Call) eval.Value {
			var out []eval.Value
			for _, e := range c.Iterate(c.Arg(0, "fieldvalues")) {
				field, ok := str(e)
				if !ok {
					return c.Unknown(reasonAddresses)
				}
				for _, piece := range strings.Split(field, ",") {
					name, address, ok := plainAddress(piece)
					if !ok {
						return c.Unknown(reasonAddresses)
					}
					out = append(out, eval.MakeTuple(eval.MakeStr(name), eval.MakeStr(address)))
				}
			}
			return eval.MakeList(out...)
		}),
		"parseaddr": eval.NewPure("email.utils.parseaddr", func(c *eval.Call) eval.Value {
			field, ok := str(c.Arg(0, "addr"))
			name, address, plain := plainAddress(field)
			if !ok || !plain {
				return c.Unknown(reasonAddresses)
			}
			return eval.MakeTuple(eval.MakeStr(name), eval.MakeStr(address))
		}),
		"formataddr": unknownFunc("email.utils.formataddr", "an address is written in a way that is not modelled"),
	}
	return eval.Model{Names: names, Open: true}
}

const reasonAddresses = "an address is read in a way that is not modelled"

var (
	bareAddress  = regexp.MustCompile(`^[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$`)
	namedAddress = regexp.MustCompile(`^([A-Za-z0-9]+(?: [A-Za-z0-9]+)*) ?<([^<>]*)>$`)
)

// plainAddress splits "Name <user@host>" and "user@host"; ok is false for what needs the whole grammar of RFC 5322.
func plainAddress(s string) (name, address string, ok bool) {
	s = strings.Trim(s, " ")
	if m := namedAddress.FindStringSubmatch(s); m != nil {
		name, s = m[1], m[2]
	}
	return name, s, bareAddress.MatchString(s)
}
