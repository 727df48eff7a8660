// Package pjl asks a printer that takes raw data for its name, in HP's Printer Job Language
// ("PJL Technical Reference Manual", chapter 8). Begin with [Probe].
//
// It prints nothing: the question is framed by the sequence that printers leave their
// languages by, and asks for a status only. What does not know PJL would print whatever is
// sent, so a peer that is silent where printers live is left alone; see [probe.Careful].
package pjl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// leave is the Universal Exit Language sequence.
	leave = "\x1b%-12345X"
	// question asks for the model, and its answer begins with it.
	question = "@PJL INFO ID"
	// answerTime is how long a printer may take that has to wake up its controller.
	answerTime = 3 * time.Second
	// maxLine is longer than any model's name.
	maxLine = 512
)

// Block is the member "pjl" of a response.
type Block struct {
	Banner string `json:"banner"` // what the printer says it is
	Model  string `json:"model"`
}

// Probe speaks to printers.
type Probe struct{}

var (
	_ probe.Probe   = Probe{}
	_ probe.Careful = Probe{}
)

// Name is "pjl".
func (Probe) Name() string { return "pjl" }

// Ports are those of HP's JetDirect, which others have taken over.
func (Probe) Ports() []uint16 {
	return []uint16{9100, 9101, 9102, 9103, 9104, 9105, 9106, 9107}
}

// Careful implements [probe.Careful].
func (Probe) Careful() {}

// Run asks for the model.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result {
		if _, err := io.WriteString(conn, leave+question+"\r\n"+leave); err != nil {
			return probe.Failed(fmt.Errorf("ask for the model: %w", err))
		}
		if err := conn.SetReadDeadline(time.Now().Add(answerTime)); err != nil {
			return probe.Failed(err)
		}
		model, err := ReadModel(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("ask for the model: %w", err))
		}
		r := probe.NewResponse(conn, to, "pjl")
		r.Blocks["pjl"] = &Block{Banner: model, Model: model}
		return probe.Found(r)
	})
}

var errNotPJL = errors.New("not an answer in PJL")

// ReadModel reads the question, which comes back, and a line that has the model, mostly in
// quotes.
func ReadModel(answer io.Reader) (string, error) {
	r := bufio.NewReaderSize(answer, maxLine)
	first, err := readLine(r)
	if err != nil {
		return "", err
	}
	if first != question {
		return "", fmt.Errorf("%w: %.40q", errNotPJL, first)
	}
	model, err := readLine(r)
	if err != nil {
		return "", err
	}
	if model = strings.Trim(model, `"`); model == "" {
		return "", fmt.Errorf("%w: it has no model", errNotPJL)
	}
	return model, nil
}

func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		if errors.Is(err, bufio.ErrBufferFull) {
			return "", errNotPJL
		}
		return "", err
	}
	return strings.TrimSpace(probe.Text(line)), nil
}
