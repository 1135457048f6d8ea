package secrets

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"gonogo/internal/source"
)

// maxPEM bounds a private key's text; one of 8192 bits has about 6,400 characters.
const maxPEM = 20_000

// readPEM looks at "-----BEGIN ": a private key with a body that decodes to one (RFC 7468; PROTOCOL.key of OpenSSH). The lines may be
// written with \n in a string, indented, or quoted one by one. Headers without a body are no key.
func readPEM(s *scan, at int) {
	from := at + len("-----BEGIN ")
	line := s.text[from:min(len(s.text), from+60)]
	dashes := bytes.Index(line, []byte("-----"))
	if dashes < 0 {
		return
	}
	label := string(line[:dashes])
	if label == "PGP PRIVATE KEY BLOCK" {
		s.readPGP(at, from+dashes+5, label)
		return
	}
	if !strings.HasSuffix(label, "PRIVATE KEY") {
		return
	}
	rest := s.text[from+dashes+5 : min(len(s.text), from+maxPEM)]
	end := bytes.Index(rest, []byte("-----END "+label))
	if end < 0 {
		return
	}
	body, encrypted := keyBody(rest[:end])
	der, ok := decodeKey(body)
	if !ok {
		return
	}
	f := Find{Kind: "private key", Class: PrivateKey, Start: source.Pos(at), End: source.Pos(min(len(s.text), from+dashes+5+end+len("-----END ")+len(label)+5))}
	switch {
	case label == "OPENSSH PRIVATE KEY":
		cipher, ok := opensshCipher(der)
		if !ok {
			return
		}
		f.Kind, encrypted = "SSH private key", cipher != "none"
	case label == "ENCRYPTED PRIVATE KEY":
		encrypted = true
		fallthrough
	case !encrypted:
		if !wholeDER(der) {
			return
		}
		if kind, isOwn := strings.CutSuffix(label, " PRIVATE KEY"); isOwn && label != "ENCRYPTED PRIVATE KEY" {
			f.Kind = kind + " private key"
		}
		if bytes.Contains(s.text[max(0, at-2000):min(len(s.text), int(f.End)+2000)], []byte(`"service_account"`)) {
			f.Kind, f.Class = "Google service account key", CloudKey
		}
	}
	f.Encrypted = encrypted
	s.add(f)
}

// keyBody is the base64 of a key without what stands around it, and whether headers say that it is encrypted.
func keyBody(text []byte) (body []byte, encrypted bool) {
	if i := bytes.Index(text, []byte("ENCRYPTED")); i >= 0 {
		encrypted = true
		if j := bytes.Index(text[i:], []byte("DEK-Info:")); j >= 0 {
			text = text[i+j:]
			end := bytes.IndexByte(text, '\n')
			if k := bytes.Index(text, []byte(`\n`)); k >= 0 && (end < 0 || k < end) {
				end = k
			}
			text = text[max(end, 0):]
		}
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			if n := text[i+1]; n == 'n' || n == 'r' || n == '\n' || n == '\r' || n == 't' {
				i++
				continue
			}
			if text[i+1] == '\\' && i+2 < len(text) && text[i+2] == 'n' { // \\n, escaped twice
				i += 2
				continue
			}
			if text[i+1] == '/' {
				continue
			}
			return nil, encrypted
		case base64std(c) || c == '=':
			body = append(body, c)
		case strings.IndexByte(" \t\r\n\"'+,|>#*b()", c) >= 0:
		default:
			return nil, encrypted
		}
	}
	return body, encrypted
}

// decodeKey decodes base64 of at least the shortest key (Ed25519 in PKCS #8, 48 bytes) that is random in most of its length.
func decodeKey(body []byte) ([]byte, bool) {
	der, err := base64.StdEncoding.DecodeString(string(body))
	if err != nil {
		der, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(string(body), "="))
	}
	if err != nil || len(der) < 40 || entropy(body) < 4 {
		return nil, false
	}
	return der, true
}

// wholeDER reports whether bytes are one SEQUENCE of exactly its stated length (X.690, 8.1.3): a key that was cut for a document is none.
func wholeDER(der []byte) bool {
	if len(der) < 4 || der[0] != 0x30 {
		return false
	}
	length, header := int(der[1]), 2
	switch der[1] {
	case 0x81:
		length, header = int(der[2]), 3
	case 0x82:
		length, header = int(der[2])<<8|int(der[3]), 4
	}
	return header+length == len(der)
}

// opensshCipher is the cipher that a key of OpenSSH names.
func opensshCipher(der []byte) (cipher string, ok bool) {
	rest, ok := bytes.CutPrefix(der, []byte("openssh-key-v1\x00"))
	if !ok || len(rest) < 8 {
		return "", false
	}
	n := binary.BigEndian.Uint32(rest)
	if n > 40 || int(n) > len(rest)-4 {
		return "", false
	}
	return string(rest[4 : 4+n]), true
}

// readPGP takes a block of OpenPGP whose body is long enough for a key.
func (s *scan) readPGP(at, from int, label string) {
	rest := s.text[from:min(len(s.text), from+maxPEM)]
	end := bytes.Index(rest, []byte("-----END "+label))
	if end < 300 {
		return
	}
	if i := bytes.Index(rest[:end], []byte("\n\n")); i >= 0 && entropy(rest[i:end]) >= 4.5 {
		s.add(Find{Kind: "PGP private key", Class: PrivateKey, Start: source.Pos(at), End: source.Pos(from + end)})
	}
}

// readPuTTY takes a key file of PuTTY, which names the number of lines of its private part.
func readPuTTY(s *scan, at int) {
	if at != 0 || !bytes.Contains(s.text, []byte("\nPrivate-Lines: ")) && !bytes.Contains(s.text, []byte("\r\nPrivate-Lines: ")) {
		return
	}
	end := bytes.IndexByte(s.text, '\n')
	s.add(Find{Kind: "SSH private key of PuTTY", Class: PrivateKey, Start: 0, End: source.Pos(max(end, 1)), Encrypted: !bytes.Contains(s.text, []byte("Encryption: none"))})
}
