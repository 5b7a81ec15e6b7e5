/*
 * tx_pages_group.c: every row of one payment. A few groups are kept, the ones looked at last.
 */
#include "app/tx_pages_inside.h"

#include <string.h>

#include "base/mem.h"

static void clear_group(struct tx_group *group)
{
	for (size_t i = 0; i < group->count; i++)
		tx_record_done(&group->records[i]);
	group->count = 0;
}

void tx_groups_free(struct tx_pages *pages)
{
	for (size_t i = 0; i < TX_GROUPS; i++) {
		if (pages->groups[i])
			clear_group(pages->groups[i]);
		mem_free(pages->groups[i]);
	}
}

static struct tx_group *find(const struct tx_pages *pages, const char *id, const char *hash)
{
	for (size_t i = 0; i < TX_GROUPS; i++) {
		struct tx_group *group = pages->groups[i];

		if (group && strcmp(group->id, id) == 0 && strcmp(group->hash, hash) == 0)
			return group;
	}
	return NULL;
}

/* An empty place, else that of the one that nobody asked for the longest. */
static struct tx_group *make(struct tx_pages *pages)
{
	struct tx_group **place = NULL;

	for (size_t i = 0; i < TX_GROUPS; i++) {
		struct tx_group **at = &pages->groups[i];

		if (!*at)
			return *at = mem_new(sizeof(**at));
		if (*at != pages->grouping && (!place || (*at)->used < (*place)->used))
			place = at;
	}
	clear_group(*place);
	memset(*place, 0, sizeof(**place));
	return *place;
}

void tx_pages_want_group(struct tx_pages *pages, const char *id, const char *hash)
{
	struct tx_group *group = find(pages, id, hash);
	msec now = loop_now(pages->setup.loop).steady;

	if (!id[0] && !hash[0])
		return;
	if (!group) {
		group = make(pages);
		str_put(group->id, sizeof(group->id), id);
		str_put(group->hash, sizeof(group->hash), hash);
	}
	group->used = ++pages->used;
	if (group->known && now - group->at < TX_GROUP_FRESH)
		return;
	group->wanted = true;
	group->trouble[0] = '\0';
	tx_pages_want(pages, ASK_GROUP);
}

bool tx_pages_group(const struct tx_pages *pages, const char *id, const char *hash,
		    const struct tx_line **lines, size_t *count, bool *complete)
{
	struct tx_group *group = find(pages, id, hash);

	if (!group || !group->known)
		return false;
	*lines = group->lines;
	*count = group->count;
	*complete = group->complete;
	return true;
}

bool tx_pages_group_holds(const struct tx_pages *pages, const char *id, const char *hash, msec now)
{
	const struct tx_group *group = find(pages, id, hash);

	return group && group->known && now - group->at < TX_GROUP_STALE;
}

const char *tx_pages_group_trouble(const struct tx_pages *pages, const char *id, const char *hash)
{
	const struct tx_group *group = find(pages, id, hash);

	return group && group->trouble[0] ? group->trouble : NULL;
}

/* The next one that waits. */
bool tx_group_build(struct tx_pages *pages, struct request *out)
{
	pages->grouping = NULL;
	for (size_t i = 0; i < TX_GROUPS; i++) {
		struct tx_group *group = pages->groups[i];

		if (group && group->wanted &&
		    (!pages->grouping || group->used > pages->grouping->used))
			pages->grouping = group;
	}
	if (!pages->grouping)
		return false;
	pages->grouping->wanted = false;
	tx_sql_group(pages->config, pages->grouping->id, pages->grouping->hash, TX_MEMBERS + 1, out);
	return true;
}

static void read_group(const struct tx_pages *pages, struct tx_group *group,
		       const struct rows *rows)
{
	struct tx_cells cells;
	bool keyed = true, all;

	clear_group(group);
	for (size_t i = 0; i < rows->count && group->count < TX_MEMBERS; i++) {
		if (!tx_cells_of(rows, i, &cells))
			continue;
		tx_record_read(pages->config, &cells, &group->records[group->count]);
		group->lines[group->count] = group->records[group->count].line;
		keyed = keyed && cells.at[CELL_INTENT];
		group->count++;
	}
	all = rows->count <= TX_MEMBERS;
	/* Likeness finds no twin that paid another amount first; and no row, no group. */
	group->complete = all && keyed && group->count > 0 && tx_sql_complete(pages->config);
	group->known = true;
	group->at = loop_now(pages->setup.loop).steady;
}

void tx_group_take(struct tx_pages *pages, const struct reply *reply)
{
	struct tx_group *group = pages->grouping;

	pages->grouping = NULL;
	if (reply->kind == REPLY_ANSWER)
		read_group(pages, group, &reply->rows);
	else if (strcmp(reply->sqlstate, "22P02") == 0)	/* no id is written like that */
		read_group(pages, group, &(struct rows){ 0 });
	else if (!tx_pages_good(pages, reply))
		str_put(group->trouble, sizeof(group->trouble), pages->trouble);
	for (size_t i = 0; i < TX_GROUPS; i++)
		if (pages->groups[i] && pages->groups[i]->wanted)
			tx_pages_want(pages, ASK_GROUP);
	tx_pages_changed(pages);
}

const struct tx_record *tx_groups_find(const struct tx_pages *pages, const char *id,
				       const char *hash)
{
	for (size_t i = 0; i < TX_GROUPS; i++) {
		const struct tx_group *group = pages->groups[i];

		for (size_t k = 0; group && k < group->count; k++)
			if (tx_is_row(&group->records[k].line, id, hash))
				return &group->records[k];
	}
	return NULL;
}
