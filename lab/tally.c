/* tally.c: see tally.h. */
#include "lab/tally.h"

#include <stdio.h>
#include <string.h>

static const msec window = TALLY_WINDOW_S * WHEN_SECOND;

static struct tally_row *find(struct tally *tally, const char *method, const char *path, bool make)
{
	char what[sizeof(tally->rows[0].what)];

	snprintf(what, sizeof(what), "%.10s %.110s", method, path);	/* a longer path is cut */
	for (size_t i = 0; i < tally->used; i++)
		if (strcmp(tally->rows[i].what, what) == 0)
			return &tally->rows[i];
	if (!make || tally->used == TALLY_ROWS)
		return NULL;
	memcpy(tally->rows[tally->used].what, what, sizeof(what));
	return &tally->rows[tally->used++];
}

static unsigned count_recent(const struct tally *tally, msec now)
{
	long kept = tally->total < TALLY_RING ? tally->total : TALLY_RING;
	unsigned count = 0;

	for (long i = 0; i < kept; i++)
		count += now - tally->came[i] < window;
	return count;
}

void tally_came(struct tally *tally, const char *method, const char *path, msec now)
{
	struct tally_row *row = find(tally, method, path, true);
	unsigned recent;

	tally->came[tally->total++ % TALLY_RING] = now;
	recent = count_recent(tally, now);
	if (recent > tally->densest)
		tally->densest = recent;
	if (row)
		row->count++;
	else
		tally->uncounted++;
}

void tally_answered(struct tally *tally, const char *method, const char *path, int status,
		    double seconds)
{
	struct tally_row *row = find(tally, method, path, false);

	if (!row)
		return;
	row->errors += status >= 400;
	row->sum_s += seconds;
	if (seconds > row->longest_s)
		row->longest_s = seconds;
}

json_t *tally_json(const struct tally *tally)
{
	json_t *root = json_object(), *paths = json_object();

	for (size_t i = 0; i < tally->used; i++)
		json_object_set_new(paths, tally->rows[i].what,
				    json_integer(tally->rows[i].count));
	json_object_set_new(root, "total", json_integer(tally->total));
	json_object_set_new(root, "uncounted", json_integer(tally->uncounted));
	json_object_set_new(root, "densest_15s", json_integer(tally->densest));
	json_object_set_new(root, "paths", paths);
	return root;
}
