/*
 * Names and connections of a program under test, as a test wants them: preloaded, it answers
 * getaddrinfo() from the file SCRIPTED_NET_NAMES and leads every connect() to the port
 * SCRIPTED_NET_TRAP of this machine, where the test listens. Each call is a line in the file
 * SCRIPTED_NET_LOG. So no packet of the program leaves, and what it tries is known.
 *
 * A line of the names is "NAME ADDRESS ADDRESS ...". The second look-up of a name takes the second
 * line of that name, as a name server that changes its mind would. A name without a line has no
 * address.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_LINES 256
#define MAX_ADDRESSES 32

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int is_used[MAX_LINES];

static void
note(const char *what, const char *whom, unsigned port)
{
	const char *path = getenv("SCRIPTED_NET_LOG"); /* NOLINT(concurrency-mt-unsafe) */
	FILE *file = path ? fopen(path, "ae") : NULL;

	if (!file)
		abort(); /* a test that cannot see must not pass */
	fprintf(file, "%s %s %u\n", what, whom, port);
	fclose(file);
}

static int
is_number(const char *name)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

/* The addresses of the line that is @name's turn, into @line; NULL without one. */
static char *
find_line(const char *name, char *line, int size)
{
	const char *path = getenv("SCRIPTED_NET_NAMES"); /* NOLINT(concurrency-mt-unsafe) */
	FILE *file = path ? fopen(path, "re") : NULL;
	static char last[1024];
	char *found = NULL;
	int i;

	if (!file)
		abort();
	for (i = 0; i < MAX_LINES && fgets(line, size, file); i++) {
		size_t len = strcspn(line, " \n");

		if (len != strlen(name) || strncasecmp(line, name, len) != 0)
			continue;
		snprintf(last, sizeof(last), "%s", line + len);
		found = last;
		if (!is_used[i]) {
			is_used[i] = 1;
			break;
		}
	}
	fclose(file);
	return found;
}

int
getaddrinfo(const char *restrict name, const char *restrict service,
	    const struct addrinfo *restrict hints, struct addrinfo **restrict ret_info)
{
	static int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	struct addrinfo numeric = hints ? *hints : (struct addrinfo){ 0 };
	struct addrinfo **tail = ret_info;
	char line[1024];
	char *addresses;
	char *word;
	char *rest = NULL;

	pthread_mutex_lock(&mutex);
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
	if (!name || is_number(name)) {
		pthread_mutex_unlock(&mutex);
		return next(name, service, hints, ret_info);
	}
	note("lookup", name, 0);
	addresses = find_line(name, line, sizeof(line));
	*ret_info = NULL;
	numeric.ai_flags |= AI_NUMERICHOST;
	numeric.ai_family = AF_UNSPEC;
	for (word = addresses ? strtok_r(addresses, " \n", &rest) : NULL; word;
	     word = strtok_r(NULL, " \n", &rest)) {
		if (next(word, service, &numeric, tail) != 0)
			abort();
		while (*tail) /* the lists are glibc's: it frees them joined as it does apart */
			tail = &(*tail)->ai_next;
	}
	pthread_mutex_unlock(&mutex);
	return *ret_info ? 0 : EAI_NONAME;
}

/* The socket may be of IPv6: it is replaced by one that can reach the trap. */
static int
connect_to_trap(int fd)
{
	const char *port = getenv("SCRIPTED_NET_TRAP"); /* NOLINT(concurrency-mt-unsafe) */
	struct sockaddr_in trap = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int local = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (!port || local < 0 || dup3(local, fd, 02000000) < 0) /* O_CLOEXEC */
		abort();
	close(local);
	trap.sin_port = htons((unsigned short)strtoul(port, NULL, 10));
	return (int)syscall(SYS_connect, fd, &trap, sizeof(trap));
}

int
connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t len)
{
	const struct sockaddr *to = address.__sockaddr__;
	char text[INET6_ADDRSTRLEN] = "";

	if (to->sa_family == AF_INET) {
		const struct sockaddr_in *ipv4 = (const void *)to;

		inet_ntop(AF_INET, &ipv4->sin_addr, text, sizeof(text));
		note("connect", text, ntohs(ipv4->sin_port));
		return connect_to_trap(fd);
	}
	if (to->sa_family == AF_INET6) {
		const struct sockaddr_in6 *ipv6 = (const void *)to;

		inet_ntop(AF_INET6, &ipv6->sin6_addr, text, sizeof(text));
		note("connect", text, ntohs(ipv6->sin6_port));
		return connect_to_trap(fd);
	}
	return (int)syscall(SYS_connect, fd, to, len);
}
