/*
 * guided_text.h: the files of guided.h: one native runbook with a step of every kind, a short one,
 * and a plain one without a front matter.
 */
#ifndef LIB_GUIDED_TEXT_H
#define LIB_GUIDED_TEXT_H

extern const char guided_indexer_down[], guided_first_minutes[], guided_redis_degraded[];

#endif
