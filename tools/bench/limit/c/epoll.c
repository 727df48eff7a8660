// The floor of connecting: non-blocking sockets on epoll with a fixed window.
// No order, no round trips, no retries but the kernel's own, no limits: what is
// left is what the system calls cost.
//
// usage: epoll TARGETS FIRST LAST
// TARGETS is a file with an IPv4 address a line. Open ports go to standard
// output as address:port.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct attempt {
  int fd; // -1 when free
  int next; // in the order of sending
  struct in_addr addr;
  int port;
  long long sent;
};

static long long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static struct in_addr *read_targets(const char *name, long *count) {
  FILE *f = fopen(name, "r");
  char line[64];
  long room = 0;
  struct in_addr *all = NULL;
  *count = 0;
  if (!f) { perror(name); exit(1); }
  while (fgets(line, sizeof line, f)) {
    line[strcspn(line, "\n")] = 0;
    if (*count == room) all = realloc(all, (room = room ? 2 * room : 1024) * sizeof *all);
    if (inet_pton(AF_INET, line, &all[*count]) == 1) (*count)++;
  }
  fclose(f);
  return all;
}

static void report(const struct attempt *a) {
  char text[INET_ADDRSTRLEN];
  printf("%s:%d\n", inet_ntop(AF_INET, &a->addr, text, sizeof text), a->port);
}

int main(int argc, char **argv) {
  if (argc != 4) { fprintf(stderr, "usage: epoll TARGETS FIRST LAST\n"); return 2; }
  long hosts;
  struct in_addr *targets = read_targets(argv[1], &hosts);
  int first = atoi(argv[2]), last = atoi(argv[3]), window = 8192, timeout = 4000;
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if ((long long)limit.rlim_cur < window + 16) window = (int)limit.rlim_cur - 16;

  struct attempt *slots = calloc(window, sizeof *slots);
  int *free_slots = malloc(window * sizeof *free_slots), free_count = window;
  for (int i = 0; i < window; i++) { slots[i].fd = -1; free_slots[i] = i; }
  // Slots in the order of sending, so that the oldest is looked at first. A slot
  // that is used again leaves a stale entry, known by its time.
  long long total = hosts * (last - first + 1), sent = 0, head = 0;
  struct { int slot; long long at; } *order = malloc((size_t)total * sizeof *order);
  int epoll = epoll_create1(0), out = 0;
  struct epoll_event events[512];

  while (sent < total || out > 0) {
    for (int burst = 0; burst < 256 && sent < total && free_count > 0; burst++, sent++) {
      int slot = free_slots[--free_count];
      struct attempt *a = &slots[slot];
      a->addr = targets[sent % hosts];
      a->port = first + (int)(sent / hosts);
      a->sent = now_ms();
      order[sent].slot = slot;
      order[sent].at = a->sent;
      a->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(a->port), .sin_addr = a->addr};
      int rc = a->fd < 0 ? -1 : connect(a->fd, (struct sockaddr *)&to, sizeof to);
      if (rc < 0 && errno == EINPROGRESS) {
        struct epoll_event e = {.events = EPOLLOUT, .data.u32 = slot};
        epoll_ctl(epoll, EPOLL_CTL_ADD, a->fd, &e);
        out++;
        continue;
      }
      if (rc == 0) report(a);
      if (a->fd >= 0) close(a->fd);
      a->fd = -1;
      free_slots[free_count++] = slot;
    }
    int n = epoll_wait(epoll, events, 512, sent < total && free_count > 0 ? 0 : 10);
    for (int i = 0; i < n; i++) {
      struct attempt *a = &slots[events[i].data.u32];
      int error = 0;
      socklen_t size = sizeof error;
      getsockopt(a->fd, SOL_SOCKET, SO_ERROR, &error, &size);
      if (error == 0) report(a);
      close(a->fd);
      a->fd = -1;
      free_slots[free_count++] = events[i].data.u32;
      out--;
    }
    for (long long t = now_ms(); head < sent && order[head].at + timeout <= t; head++) {
      struct attempt *a = &slots[order[head].slot];
      if (a->fd < 0 || a->sent != order[head].at) continue;
      close(a->fd);
      a->fd = -1;
      free_slots[free_count++] = order[head].slot;
      out--;
    }
  }
  return 0;
}
