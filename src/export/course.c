/*
 * course.c: the course of signals out of binnacle.flight/1: minutes as the console recorded them
 * ("recorded", by signal), and series as Prometheus answers a range query ("prometheus", by query).
 * What a signal is called joins the two; of two values of one time the recorded one, which came
 * first, counts.
 */
#include "export/course.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/outside.h"

enum { COURSES = 64, POINTS = 100 * 1000 };

struct gather {
	struct arena *arena;
	struct course *courses;		/* in the arena, room for COURSES */
	size_t count;
};

static const char *clean(struct arena *arena, const char *text)
{
	struct buf out = { 0 };
	const char *copy;

	outside(&out, str_of(text));
	copy = arena_text(arena, buf_cstr(&out), out.len);
	buf_done(&out);
	return copy;
}

static struct course *course_of(struct gather *gather, const char *name)
{
	const char *is = clean(gather->arena, name);

	for (size_t i = 0; i < gather->count; i++) {
		if (strcmp(gather->courses[i].name, is) == 0)
			return &gather->courses[i];
	}
	if (gather->count == COURSES)
		return NULL;
	gather->courses[gather->count] = (struct course){ .name = is, .unit = "" };
	return &gather->courses[gather->count++];
}

/* Room for so many more points; what was there before is kept. False: that is too many. */
static bool make_room(struct gather *gather, struct course *course, size_t more)
{
	struct course_point *points;

	if (more == 0 || course->count + more > POINTS)
		return false;
	points = arena_array(gather->arena, course->count + more, sizeof(*points));
	if (course->count > 0)
		memcpy(points, course->points, course->count * sizeof(*points));
	course->points = points;
	return true;
}

static void add_point(struct course *course, msec at, double value)
{
	double known = isfinite(value) ? value : (double)NAN;

	course->points[course->count++] = (struct course_point){ at, known };
}

static double number_of(const json_t *value)
{
	double number;

	if (json_is_number(value))
		return json_number_value(value);
	if (json_is_string(value) && num_parse_double(str_of(json_string_value(value)), &number))
		return number;
	return NAN;
}

/* [[seconds, value], ...], or [seconds, state, value] as we record; `which` of them is the value.
 * What is none of these is passed over. */
static void take_points(struct gather *gather, struct course *course, const json_t *pairs,
			size_t which)
{
	size_t count = json_array_size(pairs);

	if (!course || !make_room(gather, course, count))
		return;
	for (size_t i = 0; i < count; i++) {
		const json_t *pair = json_array_get(pairs, i);
		const json_t *at = json_array_get(pair, 0);

		if (json_is_number(at) && fabs(json_number_value(at)) < 1e11)
			add_point(course, (msec)llround(json_number_value(at) * (double)WHEN_SECOND),
				  number_of(json_array_get(pair, which)));
	}
}

static void take_recorded(struct gather *gather, json_t *signals)
{
	const char *name;
	json_t *minutes;

	json_object_foreach(signals, name, minutes)
		take_points(gather, course_of(gather, name), minutes, 2);
}

/* A query with one series is its signal; of several each has its labels in its name. */
static void take_result(struct gather *gather, const char *signal, const json_t *series, bool alone)
{
	json_t *labels = json_object_get(series, "metric"), *value;
	struct buf name = { 0 };
	const char *label;

	buf_text(&name, signal);
	if (!alone) {
		json_object_foreach(labels, label, value) {
			if (json_is_string(value) && strcmp(label, "__name__") != 0)
				buf_fmt(&name, " %s=%s", label, json_string_value(value));
		}
	}
	take_points(gather, course_of(gather, buf_cstr(&name)), json_object_get(series, "values"), 1);
	buf_done(&name);
}

static void take_answers(struct gather *gather, const json_t *answers)
{
	for (size_t i = 0; i < json_array_size(answers); i++) {
		const json_t *answer = json_array_get(answers, i);
		const json_t *result = json_object_get(answer, "result");
		const char *signal = json_text_at(answer, "signal", "");

		for (size_t k = 0; signal[0] && k < json_array_size(result); k++)
			take_result(gather, signal, json_array_get(result, k),
				    json_array_size(result) == 1);
	}
}

/* By time, each time once: the first that was taken. */

struct placed {
	struct course_point point;
	size_t place;
};

static int by_time(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->point.at != y->point.at)
		return x->point.at < y->point.at ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static void put_in_order(struct course *course)
{
	struct placed *placed = mem_array(course->count, sizeof(*placed));
	size_t count = course->count;

	for (size_t i = 0; i < count; i++)
		placed[i] = (struct placed){ course->points[i], i };
	qsort(placed, count, sizeof(*placed), by_time);
	course->count = 0;
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || placed[i].point.at != placed[i - 1].point.at)
			course->points[course->count++] = placed[i].point;
	}
	mem_free(placed);
}

/* A signal of which nothing came draws no line. */
static void finish(struct gather *gather, struct course **courses, size_t *count)
{
	size_t kept = 0;

	for (size_t i = 0; i < gather->count; i++) {
		if (gather->courses[i].count == 0)
			continue;
		put_in_order(&gather->courses[i]);
		gather->courses[kept++] = gather->courses[i];
	}
	*courses = gather->courses;
	*count = kept;
}

bool course_read(struct str evidence, struct arena *arena, struct course **courses,
		 size_t *count, struct err *err)
{
	struct gather gather = { .arena = arena, .count = *count };
	json_t *root = json_read(evidence, JSON_MAX_PINNED, err);
	bool ours;

	if (!root)
		return false;
	ours = strcmp(json_text_at(root, "schema", ""), "binnacle.flight/1") == 0;
	if (ours) {
		gather.courses = arena_array(arena, COURSES, sizeof(*gather.courses));
		if (*count > 0)
			memcpy(gather.courses, *courses, *count * sizeof(**courses));
		take_recorded(&gather, json_object_get(json_object_get(root, "recorded"), "signals"));
		take_answers(&gather, json_object_get(root, "prometheus"));
		finish(&gather, courses, count);
	}
	json_decref(root);
	return ours || err_set(err, ERR_INPUT, "no record of signals: its schema is another");
}
