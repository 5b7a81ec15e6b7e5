/*
 * pump.h: run a loop until something is so.
 */
#ifndef LIB_PUMP_H
#define LIB_PUMP_H

#include "io/loop.h"

/* True when *what became `least` before `limit` ms were over. */
bool pump(struct loop *loop, const int *what, int least, msec limit);

#endif
