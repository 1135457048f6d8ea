package oracle

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

const site = "https://shop.example.com"

// visitor is a client outside of the deployment: it reaches the ports that are published, and nothing else.
type visitor struct {
	t      *testing.T
	client *http.Client
	trail  []string // the addresses that it was redirected to
}

// visit makes a visitor who follows redirects as browsers do.
func (s *liveShop) visit() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	v := &visitor{t: s.t}
	transport := &http.Transport{
		DialContext:       func(_ context.Context, _, address string) (net.Conn, error) { return s.dial(address) },
		TLSClientConfig:   &tls.Config{RootCAs: s.trusted},
		DisableKeepAlives: true,
	}
	v.client = &http.Client{Transport: transport, Jar: jar, Timeout: time.Minute, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		v.trail = append(v.trail, r.URL.String())
		if len(via) >= 10 {
			return errors.New("redirected ten times")
		}
		return nil
	}}
	return v
}

// stay makes the visitor follow no redirect.
func (v *visitor) stay() *visitor {
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return v
}

// siteAnswer is what came for a request; Status is 0 for none, and Error says why.
type siteAnswer struct {
	Status  int
	Header  http.Header
	Cookies []*http.Cookie
	Body    string
	Error   error
}

func (r siteAnswer) String() string {
	if r.Error != nil {
		return r.Error.Error()
	}
	if to := r.Header.Get("Location"); to != "" {
		return fmt.Sprintf("%d to %s", r.Status, to)
	}
	return fmt.Sprint(r.Status)
}

func (v *visitor) do(method, address, body string, headers ...string) siteAnswer {
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		return siteAnswer{Error: err}
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	response, err := v.client.Do(request)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			if wrapped.Timeout() { // shows nothing: the machine has no time for the shop
				v.t.Fatalf("%s %s: no answer in a minute", method, address)
			}
			err = wrapped.Err
		}
		return siteAnswer{Error: err}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	return siteAnswer{Status: response.StatusCode, Header: response.Header, Cookies: response.Cookies(), Body: string(text), Error: err}
}

func (v *visitor) get(address string, headers ...string) siteAnswer {
	return v.do("GET", address, "", headers...)
}

// post fills in the form of a page, as a browser does.
func (v *visitor) post(address string, fields url.Values) siteAnswer {
	page := v.get(address)
	if page.Status != 200 {
		return page
	}
	token := regexp.MustCompile(`name="csrfmiddlewaretoken" value="(\w+)"`).FindStringSubmatch(page.Body)
	if token == nil {
		return siteAnswer{Error: errors.New("the form has no token")}
	}
	fields.Set("csrfmiddlewaretoken", token[1])
	return v.do("POST", address, fields.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Referer", address, "Origin", strings.TrimSuffix(address, "/contact/"))
}

// write sends a message to the shop through its form.
func (v *visitor) write(text string) siteAnswer {
	return v.post(site+"/contact/", url.Values{"sender": {"anna@example.org"}, "text": {text}})
}

// delivered waits until the mail server has a mail with a text.
func (s *liveShop) delivered(text string, within time.Duration) bool {
	for deadline := time.Now().Add(within); ; time.Sleep(100 * time.Millisecond) {
		for _, mail := range s.mails.received() {
			if strings.Contains(mail, text) {
				return true
			}
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}

// redisCommand asks the shop's Redis from inside of its network.
func (s *liveShop) redisCommand(words ...string) (string, error) {
	connection, err := net.Dial("tcp", net.JoinHostPort(s.address("redis"), "6379"))
	if err != nil {
		return "", err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(connection, "AUTH %s\r\n%s\r\nQUIT\r\n", s.operator()["REDIS_PASSWORD"], strings.Join(words, " "))
	text, err := io.ReadAll(connection)
	return string(text), err
}
