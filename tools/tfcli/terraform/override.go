package terraform

import (
	"fmt"
	"os"
)

// WriteOverride writes a configuration file of the command (TF_CLI_CONFIG_FILE) with which
// it takes our provider from a folder, so that no init is needed.
func WriteOverride(file, folder string) error {
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"portolan-io/portolan\" = %q\n  }\n  direct {}\n}\n", folder)
	return os.WriteFile(file, []byte(text), 0o600)
}
