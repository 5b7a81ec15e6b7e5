#include "ui/tx_find.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* A row by its key, as item_of_tx() knows it; what was pasted by its hash, else by what it uses. */
struct item tx_item(const struct tx_line *line)
{
	char text[ACCOUNT_TEXT + 32];

	if (line->id[0] || line->hash[0])
		return (struct item){ ITEM_TX, item_hash(line->id[0] ? line->id : line->hash) };
	(void)snprintf(text, sizeof(text), "%s:%lld", line->account, (long long)line->sequence);
	return (struct item){ ITEM_TX, item_hash(text) };
}

struct item tx_item_member(const struct tx_member *member)
{
	return (struct item){ ITEM_TX_MEMBER, item_hash(member->member.hash) ^ item_hash(member->id) * 3 };
}

const struct tx_line *tx_line_of(const struct caseload *cases, struct item item)
{
	for (size_t i = 0; cases && item.kind == ITEM_TX && i < cases->count; i++)
		if (item_eq(item, tx_item(&cases->lines[i])))
			return &cases->lines[i];
	return NULL;
}

bool tx_case_of(const struct world *world, const struct tx_ref *ref, struct tx_case *out)
{
	const struct caseload *cases = world->cases;

	*out = (struct tx_case){ .self = 0 };
	return cases && cases->find && (ref->id[0] || ref->hash[0]) &&
	       cases->find(cases->arg, ref->id, ref->hash, out);
}

void tx_case_at(const struct caseload *cases, size_t n, struct tx_case *out)
{
	const struct tx_line *line = &cases->lines[n];

	if (!cases->find || !cases->find(cases->arg, line->id, line->hash, out))
		*out = (struct tx_case){ .line = *line };
}

static bool put_ref(const char *id, const char *hash, struct tx_ref *out)
{
	str_put(out->id, sizeof(out->id), id);
	str_put(out->hash, sizeof(out->hash), hash);
	return true;
}

/* Another envelope of the payment that the view is about. */
static bool member_of(const struct scene *scene, const struct view *view, struct item item,
		      struct tx_ref *out)
{
	struct tx_case is;

	if (item.kind != ITEM_TX_MEMBER || !tx_case_of(scene->world, &view->tx, &is))
		return false;
	for (size_t i = 0; i < is.member_count; i++)
		if (item_eq(item, tx_item_member(&is.members[i])))
			return put_ref(is.members[i].id, is.members[i].member.hash, out);
	return false;
}

bool tx_ref_of(const struct scene *scene, struct item item, struct tx_ref *out)
{
	const struct view *view = scene->under ? scene->under : scene->view;
	const struct tx_line *line = tx_line_of(scene->world->cases, item);
	const struct tx_row *row = item_tx(scene->world, item);
	size_t source;
	const struct sighting *sighting = item_sighting(scene->world, item, &source);
	char hash[TX_HASH_TEXT];

	*out = (struct tx_ref){ .id = "" };
	if (line)
		return put_ref(line->id, line->hash, out);
	if (row)
		return put_ref(row->id, row->hash, out);
	if (sighting && tx_find_hash(str_of(sighting->hash), hash))
		return put_ref("", hash, out);
	if (member_of(scene, view, item, out))
		return true;
	*out = view->tx;
	return out->id[0] || out->hash[0];
}

bool tx_find_hash(struct str text, char out[TX_HASH_TEXT])
{
	size_t run = 0;

	for (size_t i = 0; i <= text.len; i++) {
		bool word = i < text.len && isalnum((unsigned char)text.p[i]);
		bool hex = word && isxdigit((unsigned char)text.p[i]);

		if (hex && run < SIZE_MAX) {
			run++;
			continue;
		}
		if (!word && run == TX_HASH_TEXT - 1) {
			for (size_t k = 0; k < run; k++)
				out[k] = (char)tolower((unsigned char)text.p[i - run + k]);
			out[run] = '\0';
			return true;
		}
		run = word ? SIZE_MAX : 0;	/* the rest of this word is none */
	}
	return false;
}
