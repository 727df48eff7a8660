package contract

import (
	"encoding/json"
	"fmt"
	"time"
)

// Document is a document as clients of static types have it. One value of another type
// loses them the page it is on.
type Document struct {
	URI      string `json:"uri"`
	Host     string `json:"host"`
	HostType string `json:"host_type"`
	IP       string `json:"ip"`
	Port     int    `json:"port"`
	Prot4    string `json:"prot4"`
	Prot7    string `json:"prot7"`
	Protocol string `json:"protocol"`
	Path     string `json:"path"`
	Target   struct {
		Type, IP, Domain string
	} `json:"target"`
	Referer     []string          `json:"referer"`
	Domain      []string          `json:"domain"`
	PTR         []string          `json:"ptr"`
	ISP         string            `json:"isp"`
	JARM        string            `json:"jarm"`
	ScanDate    string            `json:"scan_date"`
	Iteration   string            `json:"iteration"`
	LastUpdated time.Time         `json:"last_updated"`
	Timestamp   time.Time         `json:"@timestamp"`
	HTTP        *DocumentPage     `json:"http"`
	Certificate *DocumentSeal     `json:"certificate"`
	Whois       *DocumentRegister `json:"whois"`
	Geo         *DocumentPlace    `json:"geo"`
	Tags        []DocumentTag     `json:"tag"`
	CVE         []DocumentFlaw    `json:"cve"`
}

// DocumentPage is the member "http".
type DocumentPage struct {
	StatusCode       int                 `json:"status_code"`
	StatusLine       string              `json:"status_line"`
	Headers          map[string][]string `json:"headers"`
	Title            string              `json:"title"`
	Description      string              `json:"description"`
	Meta             []string            `json:"meta"`
	Body             string              `json:"body"`
	BodySHA256       string              `json:"body_sha256"`
	ContentLength    int                 `json:"content_length"`
	TransferEncoding []string            `json:"transfer_encoding"`
	HTTPVersion      struct {
		Major, Minor int
		Name         string
	} `json:"http_version"`
	UnknownHeaders []struct {
		Key   string
		Value []string
	} `json:"unknown_headers"`
	Favicon *struct {
		SHA256       string      `json:"hash_sha256"`
		Perceptual   string      `json:"perceptual_hash"`
		Path         string      `json:"path"`
		URI          string      `json:"uri"`
		Image        []byte      `json:"image"`
		LastModified []time.Time `json:"last_modified"`
	} `json:"favicon"`
}

// DocumentSeal is the member "certificate", and each of its chain.
type DocumentSeal struct {
	Version      int                 `json:"version"`
	SerialNumber string              `json:"serial_number"`
	SubjectDN    string              `json:"subject_dn"`
	IssuerDN     string              `json:"issuer_dn"`
	Subject      map[string][]string `json:"subject"`
	Issuer       map[string][]string `json:"issuer"`
	Names        []string            `json:"names"`
	Redacted     bool                `json:"redacted"`
	Validity     struct {
		Start, End time.Time
		Length     int
	} `json:"validity"`
	Signature struct {
		Valid      bool
		SelfSigned bool `json:"self_signed"`
		Value      []byte
	} `json:"signature"`
	Extensions struct {
		KeyUsage struct{ Value int } `json:"key_usage"`
		SCT      []struct {
			LogID     string `json:"log_id"`
			Version   int
			Timestamp int
		} `json:"signed_certificate_timestamps"`
	} `json:"extensions"`
	Chain []DocumentSeal `json:"chain"`
}

// DocumentRegister is the member "whois".
type DocumentRegister struct {
	Net struct {
		CIDR    []string `json:"cidr"`
		NetSize int      `json:"net_size"`
	} `json:"net"`
	ASN struct {
		Number []string `json:"number"`
		CIDR   []string `json:"cidr"`
	} `json:"asn"`
}

// DocumentPlace is the member "geo".
type DocumentPlace struct {
	Subdivisions []string `json:"subdivisions"`
	Location     struct {
		Lat, Long float64
		Accuracy  int
	} `json:"location"`
}

// DocumentTag is one of the member "tag".
type DocumentTag struct {
	Name        string   `json:"name"`
	FullName    string   `json:"fullname"`
	Category    []string `json:"category"`
	Description string   `json:"description"`
	CPE         []string `json:"cpe"`
}

// DocumentFlaw is one of the member "cve".
type DocumentFlaw struct {
	Name         string   `json:"name"`
	BaseScore    string   `json:"base_score"`
	Severity     string   `json:"severity"`
	HasExploit   bool     `json:"has_exploit"`
	ExploitLinks []string `json:"exploit_links"`
}

// Decode reads a document as a typed client does.
func Decode(document []byte) (Document, error) {
	var d Document
	if err := json.Unmarshal(document, &d); err != nil {
		return d, fmt.Errorf("a typed client loses the page: %w", err)
	}
	return d, nil
}
