/*
 * spark.h: the last minutes as a row of marks, the newest at the right.
 */
#ifndef UI_SPARK_H
#define UI_SPARK_H

#include "base/buf.h"
#include "core/world.h"

/* By state: the mark of the worst of each minute; a blank where nothing was seen. */
void spark_states(const struct series *series, msec now, int width, struct buf *out);

/* By value: . : - = # from nothing to the limit or the highest seen, whichever is more; '?' where
 * the value was not known. NaN: no limit. */
void spark_values(const struct series *series, msec now, int width, double limit, struct buf *out);

#endif
