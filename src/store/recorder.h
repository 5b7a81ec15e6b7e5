/*
 * recorder.h: the files of the flight recorder. Every writer has segments of its own,
 * `flight.<estate>.<origin>.<start>.jsonl`, with nothing but whole lines of core/flight_log.h.
 *
 *  (1) One writer for each file, by flock; a file that was left is never written again, so a torn
 *      last line can only be the end of a segment.
 *  (2) A folder holds what was recorded in the last `keep`, and `size` bytes of it at most: what is
 *      beyond that is removed by whoever opens the next segment, unless its writer holds it.
 *  (3) At most one headless recorder works for an estate and a folder; while one does, others that
 *      append write nothing, so that nothing stands there twice.
 *  (4) What fails is said and can be tried again: each append opens what is missing.
 *  (5) What was appended survives the end of the program at once, a power cut after a minute.
 *
 * Everything here may wait for the disk: call it from a worker, and from one at a time.
 */
#ifndef STORE_RECORDER_H
#define STORE_RECORDER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

enum { FLIGHT_ID = 17 };	/* 16 hexadecimal digits, terminated */

struct recorder_setup {			/* texts are copied */
	const char *dir;		/* made with mode 0700 when it is missing */
	const char *shared;		/* another folder where a headless one may work; NULL */
	const char *estate;		/* which configuration: FLIGHT_ID */
	const char *environment;	/* for the first line of each segment */
	bool headless;
	msec keep;
	int64_t size;
};

struct recorder;

struct recorder *recorder_new(const struct recorder_setup *setup);	/* touches no disk */
void recorder_free(struct recorder *recorder);	/* takes NULL */

/* Become the headless recorder of the folder, until recorder_free(). ERR_REFUSED names the one that
 * is there. Appending tries it again where it could not be done for want of a folder. */
bool recorder_claim(struct recorder *recorder, struct err *err);

enum recorded {
	RECORDED,
	RECORDED_BY_OTHER,	/* a headless recorder is at work: nothing was written */
	NOT_RECORDED,		/* err says why */
};

enum recorded recorder_append(struct recorder *recorder, struct str lines, msec now,
			      struct err *err);

/* The headless recorder at work in a folder, or 0; -1 when it is one whose pid cannot be told. */
pid_t recorder_at_work(const char *dir, const char *estate);

#endif
