terraform {
  required_providers {
    portolan = {
      source = "portolan-io/portolan"
    }
  }
}

# No setting at all: the engine runs inside the provider.
provider "portolan" {}

# A server that many share. The key comes from PORTOLAN_API_KEY. Nothing else than
# what is listed can be scanned, whatever a configuration says.
provider "portolan" {
  alias           = "server"
  endpoint        = "https://portolan.example.com"
  ca_cert_file    = "${path.root}/ca.pem"
  allowed_targets = ["192.0.2.0/24", "*.example.com"]
  denied_targets  = ["192.0.2.1"]
}

# The engine inside the provider, with its results beside this configuration.
provider "portolan" {
  alias = "local"
  embedded = {
    data_dir             = "${path.root}/.portolan"
    max_concurrent_scans = 2
  }
}
