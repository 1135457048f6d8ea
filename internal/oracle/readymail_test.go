package oracle

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// makeCertificate makes the certificate of the site and of the mail server, and the file in which nginx finds it.
func (s *liveShop) makeCertificate() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "shop.example.com"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true, DNSNames: []string{"shop.example.com"}}
	for _, address := range s.hosts {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(address))
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		s.t.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.trusted = x509.NewCertPool()
	s.trusted.AppendCertsFromPEM(certificate)
	s.authority = filepath.Join(s.dir, "shop.crt")
	if err := os.WriteFile(s.authority, certificate, 0o644); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "shop.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// layCertificate copies the certificate and its key to a folder.
func (s *liveShop) layCertificate(folder string) error {
	for _, name := range []string{"shop.crt", "shop.key"} {
		text, err := os.ReadFile(filepath.Join(s.dir, name))
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(folder, name), string(text)); err != nil {
			return err
		}
	}
	return nil
}

// mailServer takes mail over SMTP with STARTTLS, and keeps it.
type mailServer struct {
	listener net.Listener
	tls      *tls.Config
	delay    time.Duration // how long it lets a client wait before it greets

	mutex sync.Mutex
	mails []string
}

func (s *liveShop) startMailServer() *mailServer {
	certificate, err := tls.LoadX509KeyPair(s.authority, filepath.Join(s.dir, "shop.key"))
	if err != nil {
		s.t.Fatal(err)
	}
	listener, err := net.Listen("tcp", s.hosts["smtp.example.com"]+":10587")
	if err != nil {
		s.t.Fatal(err)
	}
	m := &mailServer{listener: listener, tls: &tls.Config{Certificates: []tls.Certificate{certificate}}}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go m.serve(connection)
		}
	}()
	return m
}

// received are the mails so far.
func (m *mailServer) received() []string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return append([]string(nil), m.mails...)
}

// wait sets how long a client waits for the greeting.
func (m *mailServer) wait(delay time.Duration) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.delay = delay
}

// serve speaks SMTP (RFC 5321) with one client.
func (m *mailServer) serve(connection net.Conn) {
	defer func() { connection.Close() }()
	m.mutex.Lock()
	delay := m.delay
	m.mutex.Unlock()
	time.Sleep(delay)
	say := func(line string) { fmt.Fprintf(connection, "%s\r\n", line) }
	lines := bufio.NewScanner(connection)
	say("220 smtp.example.com")
	for lines.Scan() {
		switch word, _, _ := strings.Cut(strings.ToUpper(lines.Text()), " "); word {
		case "EHLO", "HELO":
			say("250-smtp.example.com\r\n250-STARTTLS\r\n250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go on")
			connection = tls.Server(connection, m.tls)
			lines = bufio.NewScanner(connection)
		case "AUTH":
			say("235 known")
		case "DATA":
			say("354 go on")
			var text strings.Builder
			for lines.Scan() && lines.Text() != "." {
				text.WriteString(lines.Text() + "\n")
			}
			m.mutex.Lock()
			m.mails = append(m.mails, text.String())
			m.mutex.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}
