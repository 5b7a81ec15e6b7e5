#include "ui/sightings.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ui/explain.h"
#include "ui/rows.h"
#include "ui/say.h"

static void row_sighting(const struct scene *scene, struct page *page, size_t source, size_t index)
{
	enum { TIME = 9, HASH = 10 };
	const struct sighting *is = &scene->world->sources[source].last.sightings[index];
	struct item item = item_of_sighting(scene->world, source, index);
	char time[SAY_TEXT] = "before", hash[HASH + 1] = "";
	int pattern = page->cols < 94 ? 12 : 20, x = 1;

	if (is->at != WHEN_NEVER)
		say_time(scene, is->at, time);
	if (is->hash[0])
		row_short_hash(is->hash, hash, sizeof(hash));
	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "name", is->pattern);
	page_field(page, "hash", is->hash);
	page_field(page, "source", scene->world->sources[source].name);
	x = page_put(page, x, page->cols, ROLE_DIM, "%-*s", TIME, time) + 1;
	page_put(page, x, pattern, ROLE_PLAIN, "%s", is->pattern);
	x += pattern + 1;
	page_put(page, x, HASH, ROLE_STRONG, "%s", hash);
	page_put(page, x + HASH + 1, page->cols, ROLE_PLAIN, "%s", is->text);
}

void sightings_build(const struct scene *scene, struct page *page, size_t source)
{
	size_t count = scene->world->sources[source].last.sighting_count;
	char right[48];

	if (count == 0)
		return;
	(void)snprintf(right, sizeof(right), "the newest %zu ", count);
	page_title(page, "LINES THAT MATCHED", right);
	for (size_t i = count; i > 0; i--)
		row_sighting(scene, page, source, i - 1);
}

void sighting_explain(const struct scene *scene, struct page *page,
		      const struct sighting *sighting)
{
	char time[WHEN_TEXT], age[SAY_TEXT];

	explain_put(page, "line", "%s", sighting->text);
	explain_put(page, "pattern", "%s", sighting->pattern);
	when_format(time, sighting->at);
	say_age(scene, sighting->at, age);
	if (sighting->at == WHEN_NEVER)
		explain_put(page, "at", "not known: it was there before, and says no time");
	else
		explain_put(page, "at", "%s, %s ago", time, age);
	explain_put(page, "hash", "%s", sighting->hash[0] ? sighting->hash : "none in it");
}

/* A hash is the same in large and small letters. */
static const struct tx_row *find_tx(const struct world *world, const char *hash)
{
	for (size_t i = 0; hash[0] && world->tx.known && i < world->tx.row_count; i++)
		if (!strcasecmp(world->tx.rows[i].hash, hash))
			return &world->tx.rows[i];
	return NULL;
}

void sighting_build(const struct scene *scene, struct page *page, const struct sighting *sighting,
		    size_t source)
{
	const struct tx_row *tx = find_tx(scene->world, sighting->hash);

	if (tx) {
		page_title(page, "ITS TRANSACTION", "");
		row_tx(scene, page, tx);
	}
	page_title(page, "ITS SOURCE", "");
	row_source(scene, page, source);
}
