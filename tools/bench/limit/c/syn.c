// The floor of SYN scans: raw packets by sendmmsg and a packet ring for what comes
// back. No order, no round trips, no retries, no cookies, no control: what is left
// is what the system spends on a SYN, on its way and on its answer.
//
// usage: syn TARGETS FIRST LAST
// TARGETS is a file with an IPv4 address a line. Open ports go to standard
// output as address:port.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { batch = 128, frames = 1 << 14, frame_size = 256, source_port = 61008, quiet_ms = 200 };

struct packet {
  struct iphdr ip;
  struct tcphdr tcp;
  unsigned char options[12];
};

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct in_addr *read_targets(const char *name, long *count) {
  FILE *f = fopen(name, "r");
  char line[64];
  long room = 0;
  struct in_addr *all = NULL;
  *count = 0;
  if (!f) fail(name);
  while (fgets(line, sizeof line, f)) {
    line[strcspn(line, "\n")] = 0;
    if (*count == room) all = realloc(all, (room = room ? 2 * room : 1024) * sizeof *all);
    if (inet_pton(AF_INET, line, &all[*count]) == 1) (*count)++;
  }
  fclose(f);
  return all;
}

// source is the address that packets to a target leave from.
static unsigned source(struct in_addr target) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = target};
  socklen_t size = sizeof to;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 || getsockname(fd, (struct sockaddr *)&to, &size) < 0) fail("route");
  return to.sin_addr.s_addr;
}

static unsigned long add(unsigned long sum, const void *p, int size) {
  const unsigned short *words = p;
  for (; size > 0; size -= 2) sum += *words++;
  return sum;
}

static unsigned short fold(unsigned long sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum;
}

static void write_syn(struct packet *p, unsigned from, struct in_addr to, int port) {
  static const unsigned char options[12] = {2, 4, 5, 0xb4, 4, 2, 1, 3, 3, 7, 1, 1};
  memset(p, 0, sizeof *p);
  p->ip = (struct iphdr){.version = 4, .ihl = 5, .tot_len = htons(sizeof *p), .id = 1, .frag_off = htons(0x4000),
                         .ttl = 64, .protocol = IPPROTO_TCP, .saddr = from, .daddr = to.s_addr};
  p->tcp.source = htons(source_port);
  p->tcp.dest = htons(port);
  p->tcp.seq = to.s_addr * 2654435761u;
  p->tcp.doff = 8;
  p->tcp.syn = 1;
  p->tcp.window = htons(64240);
  memcpy(p->options, options, sizeof options);
  unsigned long pseudo = add(htons(IPPROTO_TCP) + htons(sizeof *p - sizeof p->ip), &p->ip.saddr, 8);
  p->tcp.check = fold(add(pseudo, &p->tcp, sizeof *p - sizeof p->ip));
}

static unsigned char *ring;
static int next_frame;

static int open_ring(void) {
  int fd = socket(AF_PACKET, SOCK_DGRAM, 0), version = TPACKET_V2;
  struct tpacket_req size = {.tp_block_size = 1 << 16, .tp_block_nr = frames * frame_size >> 16, .tp_frame_size = frame_size, .tp_frame_nr = frames};
  struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP)};
  if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) < 0 ||
      setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &size, sizeof size) < 0)
    fail("packet ring");
  ring = mmap(NULL, frames * frame_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (ring == MAP_FAILED || bind(fd, (struct sockaddr *)&all, sizeof all) < 0) fail("packet ring");
  return fd;
}

// hear reads what is in the ring and says what is open; it tells how many packets came.
static int hear(void) {
  int heard = 0;
  for (;; heard++) {
    struct tpacket2_hdr *frame = (void *)(ring + next_frame * frame_size);
    if (!(frame->tp_status & TP_STATUS_USER)) return heard;
    struct iphdr *ip = (void *)((unsigned char *)frame + frame->tp_net);
    struct tcphdr *tcp = (void *)((unsigned char *)ip + ip->ihl * 4);
    char text[INET_ADDRSTRLEN];
    if (ip->protocol == IPPROTO_TCP && tcp->dest == htons(source_port) && tcp->syn && tcp->ack)
      printf("%s:%d\n", inet_ntop(AF_INET, &ip->saddr, text, sizeof text), ntohs(tcp->source));
    __atomic_store_n(&frame->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
    next_frame = (next_frame + 1) % frames;
  }
}

int main(int argc, char **argv) {
  if (argc != 4) { fprintf(stderr, "usage: syn TARGETS FIRST LAST\n"); return 2; }
  long hosts;
  struct in_addr *targets = read_targets(argv[1], &hosts);
  int first = atoi(argv[2]), last = atoi(argv[3]);
  int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (fd < 0 || hosts == 0) fail("raw socket");
  struct pollfd answers = {.fd = open_ring(), .events = POLLIN};
  unsigned from = source(targets[0]);

  static struct packet packets[batch];
  static struct iovec parts[batch];
  static struct sockaddr_in names[batch];
  static struct mmsghdr messages[batch];
  long long total = hosts * (last - first + 1);
  for (long long sent = 0; sent < total;) {
    int n = 0;
    for (; n < batch && sent < total; n++, sent++) {
      struct in_addr to = targets[sent % hosts];
      write_syn(&packets[n], from, to, first + (int)(sent / hosts));
      parts[n] = (struct iovec){&packets[n], sizeof packets[n]};
      names[n] = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = to};
      messages[n].msg_hdr = (struct msghdr){.msg_name = &names[n], .msg_namelen = sizeof names[n], .msg_iov = &parts[n], .msg_iovlen = 1};
    }
    for (int done = 0; done < n;) {
      int went = sendmmsg(fd, messages + done, n - done, 0);
      if (went < 0) fail("sendmmsg");
      done += went;
    }
    hear();
  }
  while (poll(&answers, 1, quiet_ms) > 0 && hear() > 0) continue;
  return 0;
}
