package check

import "testing"

func TestIsExampleValue(t *testing.T) {
	examples := []string{"changeme", "CHANGE-ME-please", "your-secret-key", "<secret>", "xxx", "***", "{{ secret_key }}", "secret", "django-insecure-abc", "todo: set", "password"}
	real := []string{"", "9f8Hq2Lw0Zx7Vb3Nm5Kj1Td4Rr6Yy8Uu", "k3!x_9$w@8p#z-1m", "correct horse battery staple", "testify-4481"}
	for _, v := range examples {
		if !IsExampleValue(v) {
			t.Errorf("%q should be an example value", v)
		}
	}
	for _, v := range real {
		if IsExampleValue(v) {
			t.Errorf("%q should not be an example value", v)
		}
	}
}
