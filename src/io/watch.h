/*
 * watch.h: a socket that a library owns (libcurl, libpq), watched on the loop.
 *
 * A watch is made for one descriptor and freed before that descriptor may be closed; for another
 * descriptor, even of the same number, a new one is made. libuv aborts otherwise.
 */
#ifndef IO_WATCH_H
#define IO_WATCH_H

#include "io/loop.h"

struct watch_fd;

/* events: UV_READABLE, UV_WRITABLE, or 0 after an error on the socket (libuv says EBADF on POLLERR
 * and stops watching): let the library find out what it was. */
typedef void watch_event(void *arg, int fd, int events);

struct watch_fd *watch_new(struct loop *loop, int fd, int events, watch_event *call, void *arg);
void watch_change(struct watch_fd *watch, int events);
void watch_free(struct watch_fd *watch);	/* takes NULL; call does not come after it */

#endif
