package report

import (
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// codeIndent marks a line of configuration in a remedy, as in Markdown.
const codeIndent = "    "

// maxAdvice bounds descriptions and remedies; ours are far below.
const maxAdvice = 4000

// block is a paragraph of a description or remedy, or an example of configuration.
type block struct {
	Code  bool
	Lines []string
}

// Text is the block as one text; the lines of a paragraph flow together.
func (b block) Text() string {
	if b.Code {
		return strings.Join(b.Lines, "\n")
	}
	return strings.Join(b.Lines, " ")
}

// blocksOf splits advice at its blank lines.
func blocksOf(text string) []block {
	var blocks []block
	isOpen := false
	for _, line := range cleanLines(text, maxAdvice) {
		if strings.TrimSpace(line) == "" {
			isOpen = false
			continue
		}
		isCode := strings.HasPrefix(line, codeIndent)
		if last := len(blocks) - 1; !isOpen || blocks[last].Code != isCode {
			blocks = append(blocks, block{Code: isCode})
			isOpen = true
		}
		last := &blocks[len(blocks)-1]
		last.Lines = append(last.Lines, strings.TrimPrefix(line, codeIndent))
	}
	return blocks
}

// joinBlock is advice as plain text.
func joinBlock(text string) string {
	parts := make([]string, 0, 4)
	for _, b := range blocksOf(text) {
		parts = append(parts, b.Text())
	}
	return strings.Join(parts, "\n\n")
}

// helpMarkdown is a rule's description, remedy and references for a viewer that
// renders Markdown.
func helpMarkdown(f *engine.Finding) string {
	parts := markdownBlocks(f.Description)
	if f.Remedy != "" {
		parts = append(parts, "## Remedy")
		parts = append(parts, markdownBlocks(f.Remedy)...)
	}
	var links []string
	for _, link := range f.References {
		if isWebLink(link) {
			links = append(links, "- <"+clean(link, maxAdvice)+">")
		}
	}
	if len(links) > 0 {
		parts = append(parts, "## References", strings.Join(links, "\n"))
	}
	if len(parts) == 0 {
		return escapeMarkdown(clean(f.Title, maxShownText))
	}
	return strings.Join(parts, "\n\n")
}

func markdownBlocks(text string) []string {
	var parts []string
	for _, b := range blocksOf(text) {
		if b.Code {
			parts = append(parts, codeIndent+strings.Join(b.Lines, "\n"+codeIndent))
			continue
		}
		parts = append(parts, escapeMarkdown(b.Text()))
	}
	return parts
}
