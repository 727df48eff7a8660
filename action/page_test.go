package action

import (
	"bytes"
	"fmt"
	"os"
	"testing"
)

// tables are the inputs and outputs as the guide has them.
func tables() []byte {
	var b bytes.Buffer
	b.WriteString("## Inputs\n\nAll are optional; one of `targets`, `targets-file`, `config` and `scan-id` is needed. An empty one is one that is not given. An input that there is not, or a word that it does not know, ends the step with 64 before anything is scanned.\n\n| input | default | |\n|---|---|---|\n")
	for _, in := range Inputs() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", in.Name, in.Default, in.Meaning)
	}
	b.WriteString("\n## Outputs\n\nAll are set however the step ends; numbers are empty where they are not known. No number but `suppressed` counts what is suppressed.\n\n| output | |\n|---|---|\n")
	for _, out := range Outputs() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", out.Name, out.Meaning)
	}
	return b.Bytes()
}

// TestGuideHasEveryInputAndOutput: the end of the guide is written by UPDATE_GOLDEN=1 go
// test ./action.
func TestGuideHasEveryInputAndOutput(t *testing.T) {
	const name = "../templates/guides/action.md"
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := bytes.Cut(page, []byte("## Inputs\n"))
	if !ok {
		t.Fatal("the guide has no inputs")
	}
	golden(t, name, append(head, tables()...))
}
