package library

import (
	"net/netip"
	"strings"

	"gonogo/internal/python/eval"
)

// ipaddressModel is the module ipaddress: addresses and networks given as texts. Their text, version and what is in a network are modelled.
func ipaddressModel() eval.Model {
	m := &ipClasses{}
	m.address4, m.address6 = ipAddressClass("IPv4Address"), ipAddressClass("IPv6Address")
	m.network4, m.network6 = ipNetworkClass("IPv4Network"), ipNetworkClass("IPv6Network")
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"ip_address": eval.NewPure("ipaddress.ip_address", m.address), "ip_network": eval.NewPure("ipaddress.ip_network", m.network),
		"AddressValueError": exception("ipaddress.AddressValueError", "ValueError"),
		"NetmaskValueError": exception("ipaddress.NetmaskValueError", "ValueError"),
	}}
}

type ipClasses struct{ address4, address6, network4, network6 eval.Value }

const reasonAddress = "an address that is made in a way that is not modelled"

func (m *ipClasses) address(c *eval.Call) eval.Value {
	s, ok := str(c.Arg(0, "address"))
	if !ok {
		c.MayRaise("ValueError", "")
		return c.Unknown(reasonAddress)
	}
	a, err := netip.ParseAddr(s)
	switch {
	case err != nil && strings.Contains(s, "%"), err == nil && (a.Is4In6() || a.Zone() != ""):
		c.MayRaise("ValueError", "")
		return c.Unknown(reasonAddress)
	case err != nil:
		return c.Raise("ValueError", eval.MakeStr(s).Repr(0)+" does not appear to be an IPv4 or IPv6 address")
	case a.Is4():
		return eval.NewObject(m.address4, a)
	}
	return eval.NewObject(m.address6, a)
}

func (m *ipClasses) network(c *eval.Call) eval.Value {
	s, ok := str(c.Arg(0, "address"))
	strict, ok2 := truthy(c.Arg(1, "strict"), true)
	if !ok || !ok2 || strings.Contains(s, "%") {
		c.MayRaise("ValueError", "")
		return c.Unknown(reasonAddress)
	}
	address, length, hasLength := strings.Cut(s, "/")
	a, err := netip.ParseAddr(address)
	if err == nil && (a.Is4In6() || hasLength && strings.ContainsAny(length, ".:")) { // a netmask
		c.MayRaise("ValueError", "")
		return c.Unknown(reasonAddress)
	}
	if err == nil && !hasLength {
		length = itoa(a.BitLen())
	}
	bits, ok := prefixLength(length)
	if err != nil || !ok || bits > a.BitLen() {
		return c.Raise("ValueError", eval.MakeStr(s).Repr(0)+" does not appear to be an IPv4 or IPv6 network")
	}
	p := netip.PrefixFrom(a, bits)
	if strict && p.Masked() != p {
		return c.Raise("ValueError", s+" has host bits set")
	}
	if a.Is4() {
		return eval.NewObject(m.network4, p.Masked())
	}
	return eval.NewObject(m.network6, p.Masked())
}

// prefixLength reads digits.
func prefixLength(s string) (n int, ok bool) {
	for _, d := range s {
		if d < '0' || d > '9' || n > 1000 {
			return 0, false
		}
		n = 10*n + int(d-'0')
	}
	return n, s != ""
}

// ipMethods are what an address and a network have in common.
func ipMethods(class string, text func(eval.Value) string) map[string]method {
	same := func(c *eval.Call, self eval.Value) (same, known bool) {
		other := c.Arg(0, "")
		if other.IsUnknown() || strings.HasPrefix(other.Class(), "ipaddress.") && other.State() == nil {
			return false, false
		}
		return other.State() == self.State(), true
	}
	return map[string]method{
		"__str__":  func(_ *eval.Call, self eval.Value) eval.Value { return eval.MakeStr(text(self)) },
		"__repr__": func(_ *eval.Call, self eval.Value) eval.Value { return eval.MakeStr(class + "('" + text(self) + "')") },
		"__eq__": func(c *eval.Call, self eval.Value) eval.Value {
			if equal, known := same(c, self); known {
				return eval.MakeBool(equal)
			}
			return c.UnknownFrom(reasonAddress, c.Args...)
		},
		"__ne__": func(c *eval.Call, self eval.Value) eval.Value {
			if equal, known := same(c, self); known {
				return eval.MakeBool(!equal)
			}
			return c.UnknownFrom(reasonAddress, c.Args...)
		},
	}
}

func ipVersion(a netip.Addr) eval.Value {
	if a.Is4() {
		return eval.MakeInt(4)
	}
	return eval.MakeInt(6)
}

func ipAddressClass(name string) eval.Value {
	address := func(v eval.Value) netip.Addr { a, _ := v.State().(netip.Addr); return a }
	return eval.NewClass(eval.NativeClass{Name: "ipaddress." + name, Partial: true,
		Methods: ipMethods(name, func(v eval.Value) string { return address(v).String() }),
		Properties: map[string]method{
			"version":     func(_ *eval.Call, self eval.Value) eval.Value { return ipVersion(address(self)) },
			"is_loopback": func(_ *eval.Call, self eval.Value) eval.Value { return eval.MakeBool(address(self).IsLoopback()) },
			"compressed":  func(_ *eval.Call, self eval.Value) eval.Value { return eval.MakeStr(address(self).String()) },
		}})
}

func ipNetworkClass(name string) eval.Value {
	network := func(v eval.Value) netip.Prefix { p, _ := v.State().(netip.Prefix); return p }
	methods := ipMethods(name, func(v eval.Value) string { return network(v).String() })
	methods["__contains__"] = pureMethod(func(c *eval.Call, self eval.Value) eval.Value {
		a, ok := c.Arg(0, "").State().(netip.Addr)
		if !ok {
			return c.UnknownFrom(reasonAddress, c.Args...)
		}
		return eval.MakeBool(network(self).Contains(a))
	})
	return eval.NewClass(eval.NativeClass{Name: "ipaddress." + name, Partial: true, Methods: methods, Properties: map[string]method{
		"version":   func(_ *eval.Call, self eval.Value) eval.Value { return ipVersion(network(self).Addr()) },
		"prefixlen": func(_ *eval.Call, self eval.Value) eval.Value { return eval.MakeInt(int64(network(self).Bits())) },
	}})
}
