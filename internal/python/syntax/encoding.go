package syntax

// decodeSource turns the bytes of a file into UTF-8 without a byte order mark.
func decodeSource(data []byte) ([]byte, []Diagnostic) {
	if len(data) >= 3 && data[0] == 0xEF && data[1] == 0xBB && data[2] == 0xBF {
		data = data[3:]
	}
	return data, nil
}
