package library

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"gonogo/internal/python/eval"
)

// binasciiModel is the module binascii.
func binasciiModel() eval.Model {
	hexlify := func(c *eval.Call) eval.Value {
		b, ok := c.Arg(0, "data").AsBytes()
		if !ok || len(c.Args)+len(c.Kwargs) > 1 {
			return c.Unknown("bytes are written in a way that is not modelled")
		}
		return eval.MakeBytes(hex.EncodeToString([]byte(b)))
	}
	unhexlify := func(c *eval.Call) eval.Value {
		s, ok := octets(c.Arg(0, "hexstr"))
		if !ok {
			return c.Unknown("bytes are read in a way that is not modelled")
		}
		if len(s)%2 == 1 {
			return c.Raise("binascii.Error", "Odd-length string")
		}
		b, err := hex.DecodeString(s)
		if err != nil {
			return c.Raise("binascii.Error", "Non-hexadecimal digit found")
		}
		return eval.MakeBytes(string(b))
	}
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"Error":   exception("binascii.Error", "ValueError"),
		"hexlify": eval.NewPure("binascii.hexlify", hexlify), "b2a_hex": eval.NewPure("binascii.b2a_hex", hexlify),
		"unhexlify": eval.NewPure("binascii.unhexlify", unhexlify), "a2b_hex": eval.NewPure("binascii.a2b_hex", unhexlify),
	}}
}

// decodeBase64 decodes as CPython does without validate: characters outside of the alphabet are passed over, and what follows the padding is
// not read (binascii_a2b_base64_impl in Modules/binascii.c). failure is the message of a binascii.Error.
func decodeBase64(s string) (b, failure string) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var kept []byte
	pads := 0
	complete := false
	for i := 0; i < len(s) && !complete; i++ {
		switch {
		case s[i] == '=':
			pads++
			complete = len(kept)%4 >= 2 && len(kept)%4+pads >= 4
		case strings.IndexByte(alphabet, s[i]) >= 0:
			pads = 0
			kept = append(kept, s[i])
		}
	}
	if rest := len(kept) % 4; !complete && rest == 1 {
		return "", "Invalid base64-encoded string: number of data characters (" + strconv.Itoa(len(kept)) + ") cannot be 1 more than a multiple of 4"
	} else if !complete && rest != 0 {
		return "", "Incorrect padding"
	}
	out, err := base64.RawStdEncoding.DecodeString(string(kept))
	if err != nil {
		return "", "Incorrect padding"
	}
	return string(out), ""
}
