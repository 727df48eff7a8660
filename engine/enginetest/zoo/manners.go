package zoo

import (
	"net"
	"sync"
	"time"
)

// mannerSpecies are services as others are, behind servers of their own manners.
func mannerSpecies() []Species {
	redis := Species{Name: "redis-slow", Base: "redis", Protocol: "redis", Product: "redis", Version: "7.2.4", Port: 6379}
	redis.Serve = slowly(1500*time.Millisecond, serveRedis("# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\n"))
	controller := s7Controller{2, "3.2.6"}
	gateway := Species{Name: "s7-alone", Base: "s7", Protocol: "s7", Product: "simatic-s7", Version: "3.2.6", Port: 102}
	gateway.Serve = oneAtATime(messages(7, tpkt, controller.answer))
	return []Species{redis, gateway}
}

// slowly takes its time before it listens to a client, as a server does that looks up
// his name, or has to be woken.
func slowly(pause time.Duration, serve func(net.Conn)) func(net.Conn) {
	return func(conn net.Conn) {
		<-time.After(pause)
		serve(conn)
	}
}

// oneAtATime hangs up on everybody else while it serves a client, at each place.
func oneAtATime(serve func(net.Conn)) func(net.Conn) {
	var busy sync.Map
	return func(conn net.Conn) {
		place := conn.LocalAddr().String()
		if _, is := busy.LoadOrStore(place, true); is {
			return
		}
		defer busy.Delete(place)
		serve(conn)
		_ = conn.Close() // before the next may come
	}
}
