package deploycheck

// Files are the project that all cases share, by path, without settings.py and requirements.txt. It uses what the checks ask
// about, so that none answers that there is nothing to judge: it sends mail and keeps things in the cache.
func Files() map[string]string {
	return map[string]string{
		"manage.py": "import os\nimport sys\n\nfrom django.core.management import execute_from_command_line\n\n" +
			"os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"settings\")\nexecute_from_command_line(sys.argv)\n",
		"urls.py":       "def refused(request, reason=\"\"):\n    return None\n\n\ndef short(request):\n    return None\n\n\nurlpatterns = []\n",
		"middleware.py": "from django.middleware.security import SecurityMiddleware\n\n\nclass Secure(SecurityMiddleware):\n    pass\n",
		"mailers.py":    "from django.core.mail.backends.base import BaseEmailBackend\n\n\nclass Own(BaseEmailBackend):\n    pass\n",
		"orders.py": "from django.core.cache import cache\nfrom django.core.mail import send_mail\n\n\n" +
			"def confirm(request):\n    cache.set(\"last\", request.user.email)\n    send_mail(\"Thank you\", \"We have your order.\", None, [request.user.email])\n",
	}
}

// Prelude is what the settings of all cases begin with.
const Prelude = prelude

// Version is a Django that was asked.
type Version struct {
	Series      string // "5.2"
	Environment string // of package oracle
	Exact       string // "5.2.8"
}

// Versions are the oldest supported Django, the long-term one, and the newest.
func Versions() []Version {
	return []Version{{"4.2", "venv-django42", "4.2.26"}, {"5.2", "venv-django52", "5.2.8"}, {"6.1", "pyodide", "6.1.3"}}
}
