package clients_test

import (
	"os/exec"
	"testing"
)

// TestPython sends what the Python client of the public service sends, see the script.
func TestPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	p := open(t)
	for _, base := range []string{p.endpoint, p.endpoint + "/"} {
		output, err := exec.CommandContext(t.Context(), python, "testdata/netlas.py", base, p.key).CombinedOutput()
		if err != nil {
			t.Errorf("%v\n%s", err, output)
		}
	}
}
