package bus

import (
	"fmt"
	"os"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// startServer runs a NATS server in this process. It opens no port: the only way
// in is the server's own in-process connection.
func startServer(dir string) (*server.Server, error) {
	srv, err := server.NewServer(&server.Options{
		ServerName: "portolan",
		DontListen: true,
		NoSigs:     true,
		NoLog:      true,
		JetStream:  true,
		StoreDir:   dir,
		MaxPayload: MaxMessage,
	})
	if err != nil {
		return nil, fmt.Errorf("make the bus: %w", err)
	}
	srv.Start()
	if !srv.ReadyForConnections(startTimeout) {
		srv.Shutdown()
		return nil, fmt.Errorf("start the bus: not ready after %s", startTimeout)
	}
	return srv, nil
}

func connect(srv *server.Server) (*nats.Conn, error) {
	conn, err := nats.Connect("", nats.InProcessServer(srv), nats.Name("portolan"))
	if err != nil {
		return nil, fmt.Errorf("connect to the bus: %w", err)
	}
	return conn, nil
}

// scratchDir gives JetStream the folder it insists on when it starts. Streams are in
// memory, so nothing worth keeping is ever in it.
func scratchDir() (string, error) {
	dir, err := os.MkdirTemp("", "portolan-bus-")
	if err != nil {
		return "", fmt.Errorf("make the bus's scratch folder: %w", err)
	}
	return dir, nil
}
