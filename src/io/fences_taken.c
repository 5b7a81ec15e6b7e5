/* A file of its own: <linux/tcp.h>, the one that knows bytes_received, excludes <netinet/tcp.h>. */
#include "io/fences_taken.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

uint64_t socket_taken(int fd, uint64_t before)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);
	int waiting = 0;

	if (ioctl(fd, FIONREAD, &waiting) != 0 || waiting < 0)
		waiting = 0;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
		return before + (uint64_t)waiting;
	return (uint64_t)info.tcpi_bytes_received - (uint64_t)waiting;
}
