// Package all lists every probe there is: the one place that knows them all.
// Begin with [Probes]. It is a list and holds no code.
package all

import (
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/adb"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ajp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/amqp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/application"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/bacnet"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/banner"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/beanstalkd"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/cassandra"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/coap"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/consul"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/dnp3"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/dns"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/docker"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/elasticsearch"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/enip"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/epmd"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/etcd"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/fox"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ftp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/http"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/http2"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/httpproxy"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ike"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/imap"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ipmi"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/irc"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/jdwp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/kafka"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/kubernetes"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ldap"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/mdns"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/memcached"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/modbus"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/mongodb"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/mqtt"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/mssql"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/mysql"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/nats"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/neo4j"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/netbios"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/nfs"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/nntp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ntp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/opcua"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/oracle"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/pjl"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/pop3"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/postgres"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/rdp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/redis"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/rmi"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/rpcbind"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/rsync"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/rtsp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/s7"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/sip"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/smb"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/smtp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/snmp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/socks"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ssdp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ssh"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/telnet"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tftp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/vnc"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/x11"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/zookeeper"
)

// Probes gives the probes, likeliest first: that is the order in which a port is
// tried whose number says nothing. banner takes anything and stays last.
func Probes() []probe.Probe {
	secure := tls.Offer("h2", "http/1.1")
	web := http.New(secure, tls.Connect)
	return []probe.Probe{
		web,
		tls.New(),
		http2.New(web),
		ssh.Probe{},
		irc.New(tls.Connect),
		nntp.New(tls.Connect, tls.Upgrade, tls.Survey),
		telnet.New(tls.Connect),
		smtp.New(tls.Connect, tls.Upgrade, tls.Survey),
		pop3.New(tls.Connect, tls.Upgrade, tls.Survey),
		imap.New(tls.Connect, tls.Upgrade, tls.Survey),
		ftp.New(tls.Connect, tls.Upgrade, tls.Survey),
		redis.New(tls.Connect),
		dns.New(tls.Connect),
		memcached.New(tls.Connect),
		mysql.New(tls.Upgrade),
		postgres.New(tls.Upgrade),
		mongodb.New(tls.Connect),
		zookeeper.New(tls.Connect),
		nats.New(tls.Connect, tls.Upgrade),
		mqtt.New(tls.Connect),
		amqp.New(tls.Connect),
		cassandra.New(tls.Connect),
		kafka.New(tls.Connect),
		mssql.New(tls.Offer("tds/8.0"), tls.Upgrade),
		beanstalkd.Probe{},
		oracle.New(tls.Connect),
		neo4j.New(tls.Connect),
		rdp.New(tls.Upgrade),
		vnc.Probe{},
		rsync.Probe{},
		socks.Probe{},
		rtsp.New(tls.Connect),
		sip.New(tls.Connect),
		x11.Probe{},
		smb.Probe{},
		ldap.New(tls.Connect, tls.Upgrade),
		rpcbind.Probe{},
		nfs.Probe{},
		jdwp.Probe{},
		rmi.Probe{},
		ajp.Probe{},
		epmd.Probe{},
		adb.Probe{},
		opcua.Probe{},
		fox.New(tls.Connect),
		dnp3.Probe{},
		modbus.Probe{},
		pjl.Probe{},
		s7.Probe{},
		enip.Probe{},
		bacnet.Probe{},
		ipmi.Probe{},
		snmp.Probe{},
		ntp.Probe{},
		tftp.Probe{},
		netbios.Probe{},
		mdns.Probe{},
		ssdp.Probe{},
		coap.Probe{},
		ike.Probe{},
		elasticsearch.New(secure),
		etcd.New(secure),
		consul.New(secure),
		kubernetes.New(secure),
		docker.New(secure),
		httpproxy.New(tls.Connect),
		application.New(secure),
		banner.Probe{},
	}
}
