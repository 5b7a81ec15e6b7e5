/*
 * knock.h: does a Redis answer PING? One connection, one line, one answer.
 */
#ifndef LAB_KNOCK_H
#define LAB_KNOCK_H

#include <stdbool.h>
#include <uv.h>

typedef void knock_done(void *arg, bool pong);

/* Ask 127.0.0.1:port, by `password` when it is not empty, and give up after a second. done() is
 * called exactly once, from the loop. */
void knock(uv_loop_t *loop, int port, const char *password, knock_done *done, void *arg);

#endif
