/*
 * later.h: call a function once, after some milliseconds of the loop.
 */
#ifndef LAB_LATER_H
#define LAB_LATER_H

#include <uv.h>

typedef void later_fn(void *arg);

void later(uv_loop_t *loop, uint64_t ms, later_fn *fn, void *arg);

#endif
