/*
 * fences_taken.h: how much a library has read from a socket of its own.
 */
#ifndef IO_FENCES_TAKEN_H
#define IO_FENCES_TAKEN_H

#include <stdint.h>

/* Bytes since it was connected. Of one that is no TCP connection, which does not count: what waits
 * there now on top of `before`, a few buffers of the kernel at most. */
uint64_t socket_taken(int fd, uint64_t before);

#endif
