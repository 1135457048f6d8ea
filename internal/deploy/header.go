package deploy

import "strings"

// Meaning is what stands in a header that a proxy sets for the application.
type Meaning uint8

const (
	MeansUnknown  Meaning = iota // something that is not followed
	MeansText                    // the same text for every request
	MeansScheme                  // the scheme of the visitor's connection to the proxy
	MeansHost                    // the host that the visitor asked for
	MeansPeer                    // the address of whoever connects to the proxy
	MeansAppended                // what the visitor sent in the header, with the peer's address behind it
	MeansVisitors                // what the visitor sent in the header
)

// Means tells what stands in the header, whichever program sets it.
func (h Header) Means() Meaning {
	switch {
	case h.means != 0:
		return h.means
	case h.Unknown:
		return MeansUnknown
	}
	// https://nginx.org/en/docs/varindex.html
	switch value := h.Value; value {
	case "$scheme":
		return MeansScheme
	case "$host", "$http_host", "$host:$server_port":
		return MeansHost
	case "$remote_addr", "$realip_remote_addr":
		return MeansPeer
	case "$proxy_add_x_forwarded_for":
		return MeansAppended
	default:
		switch {
		case strings.EqualFold(value, "$http_"+strings.ReplaceAll(h.Name, "-", "_")):
			return MeansVisitors
		case !strings.Contains(value, "$"):
			return MeansText
		}
	}
	return MeansUnknown
}

// ForwardedFor tells what the application finds in X-Forwarded-For: what the proxy sets, else what the visitor sent.
func (r *Route) ForwardedFor() Meaning {
	h, ok := r.RequestHeader("X-Forwarded-For")
	if !ok {
		return MeansVisitors
	}
	return h.Means()
}
