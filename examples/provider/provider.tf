terraform {
  required_providers {
    portolan = {
      source = "portolan-io/portolan"
    }
  }
}

# No setting at all: the engine runs inside the provider.
provider "portolan" {}

# A server that many share. The key comes from PORTOLAN_API_KEY.
provider "portolan" {
  alias    = "server"
  endpoint = "https://portolan.example.com"
}

# The engine inside the provider, with its results beside this configuration.
provider "portolan" {
  alias = "local"
  embedded = {
    data_dir             = "${path.root}/.portolan"
    max_concurrent_scans = 2
  }
}
