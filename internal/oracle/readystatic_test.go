package oracle

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// styled asks for the first page and the style sheet that it names.
func styled(s *liveShop) (string, bool) {
	v := s.visit()
	page := v.get(site + "/")
	link := regexp.MustCompile(`stylesheet" href="([^"]+)"`).FindStringSubmatch(page.Body)
	if link == nil {
		return "/: " + page.String(), page.Status != 200
	}
	sheet := v.get(site + link[1])
	kind := sheet.Header.Get("Content-Type")
	return fmt.Sprintf("%s: %s %s", link[1], sheet, kind), sheet.Status != 200 || !strings.HasPrefix(kind, "text/css")
}

// uploaded stores a photo as the admin would, makes the container anew, and asks for the photo.
func uploaded(s *liveShop) (string, bool) {
	code := "from django.core.files.base import ContentFile as C; from django.core.files.storage import default_storage as d; print('at', d.save('products/%d.jpg', C(b'photo')))"
	out, err := s.manage("web", "shell", "-v", "0", "-c", fmt.Sprintf(code, time.Now().UnixNano()))
	name := regexp.MustCompile(`at (\S+)`).FindStringSubmatch(out)
	if err != nil || name == nil {
		return fmt.Sprint(out, err), false
	}
	if err := s.recreate("web"); err != nil {
		return err.Error(), false
	}
	r := s.visit().get(site + "/media/" + name[1])
	return fmt.Sprintf("/media/%s in a new container: %s", name[1], r), r.Status != 200
}

func staticVariants() []variant {
	return []variant{
		{name: "nginx looks for static files elsewhere", edits: edit(proxyFile, "alias /srv/static/", "alias /srv/assets/"),
			see: styled, shows: "404", named: []string{"static/proxy-path-matches"}},
		{name: "pages name another path than nginx serves", edits: edit(baseFile, `"/static/"`, `"/assets/"`),
			see: styled, shows: "404", named: []string{"static/proxy-path-matches"}},
		{name: "static files are collected into another folder", edits: edit(baseFile, `BASE_DIR / "staticfiles"`, `BASE_DIR / "collected"`),
			see: styled, shows: "cannot be built", named: []string{"static/proxy-path-matches"}},
		{name: "the image does not collect static files", edits: edit("Dockerfile", "python manage.py collectstatic --noinput", "mkdir staticfiles"),
			see: styled, shows: "500", named: []string{"static/collected"}},
		{name: "a location without its slash leads out of the folder", edits: edit(proxyFile, "location /static/ {", "location /static {"),
			see: func(s *liveShop) (string, bool) {
				secret := filepath.Join(s.current.proxyRoot, "srv", "secret.txt")
				if err := writeFile(secret, "secret"); err != nil {
					return err.Error(), false
				}
				r := s.visit().get(site + "/static../secret.txt")
				return "/static../secret.txt: " + r.String(), r.Body == "secret"
			}, named: []string{"static/proxy-path-matches"}},
		{name: "uploads stay in the container", edits: edit(composeFile, "    volumes: [\"media:/app/media\"]\n", ""),
			see: uploaded, named: []string{"media/persistent"}},
		{name: "uploads go to another folder than the volume", edits: edit(baseFile, `BASE_DIR / "media"`, `BASE_DIR / "uploads"`),
			see: uploaded, named: []string{"media/persistent"}},
		{name: "names of static files stay the same", edits: edit(siteFile, "django.contrib.staticfiles.storage.ManifestStaticFilesStorage", "django.contrib.staticfiles.storage.StaticFilesStorage"),
			see: func(s *liveShop) (string, bool) {
				page := s.visit().get(site + "/")
				link := regexp.MustCompile(`stylesheet" href="([^"]+)"`).FindStringSubmatch(page.Body)
				if link == nil {
					return page.String(), false
				}
				return "the style sheet is " + link[1] + " in every release", link[1] == "/static/css/site.css"
			}, named: []string{"static/cache-headers", "static/hashed-names"}},
	}
}
