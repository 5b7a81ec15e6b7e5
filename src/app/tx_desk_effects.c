/*
 * tx_desk_effects.c: what the shell asks the desk of transactions to do.
 */
#include <string.h>

#include "app/tx_desk_inside.h"
#include "base/mem.h"
#include "stellar/spot.h"
#include "ui/shell.h"

/* --- the window --- */

static bool move(struct tx_desk *desk, const char *word)
{
	static const struct {
		const char *word;
		enum tx_move move;
	} moves[] = {
		{ "first", TX_FIRST }, { "next", TX_NEXT }, { "prev", TX_PREV }, { "last", TX_LAST },
		{ "again", TX_AGAIN },
	};

	for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
		if (strcmp(moves[i].word, word) == 0) {
			tx_pages_move(desk->pages, moves[i].move);
			return true;
		}
	}
	return false;
}

static void sort(struct tx_desk *desk, enum tx_order order)
{
	desk->order = order;
	if (order != TX_BY_VERDICT)
		tx_pages_order(desk->pages, order);
}

static void page(struct tx_desk *desk, const char *text)
{
	static const char find[] = "find:";
	enum tx_order order;

	desk->dirty = true;
	if (!strcmp(text, "grouped") || !strcmp(text, "single"))
		desk->grouped = strcmp(text, "grouped") == 0;
	else if (!desk->pages)
		desk_say(desk, "there is no list: %s", desk->trouble);
	else if (str_starts(str_of(text), find))
		tx_pages_find(desk->pages, text + strlen(find));
	else if (tx_order_find(text, &order))
		sort(desk, order);
	else if (!move(desk, text))
		desk_say(desk, "the list has no '%.40s'", text);
}

/* --- asking --- */

void tx_desk_select(struct tx_desk *desk, const char *id, const char *hash)
{
	struct caseload *load = &desk->load;

	if ((!*id && !*hash) ||
	    (!strcmp(load->selected_id, id) && !strcmp(load->selected_hash, hash)))
		return;
	str_put(load->selected_id, sizeof(load->selected_id), id);
	str_put(load->selected_hash, sizeof(load->selected_hash), hash);
	if (desk->pages)
		tx_pages_want_group(desk->pages, id, hash);
}

static void wish_for_others(struct tx_desk *desk, const char *id, const char *hash)
{
	struct wish *wish;

	if (desk->wish_count == TX_WISHES)
		memmove(desk->wishes, desk->wishes + 1, --desk->wish_count * sizeof(*desk->wishes));
	wish = &desk->wishes[desk->wish_count++];
	str_put(wish->id, sizeof(wish->id), id);
	str_put(wish->hash, sizeof(wish->hash), hash);
}

static void diagnose(struct tx_desk *desk, const char *id, const char *hash)
{
	char key[DIAGNOSER_KEY];
	struct err err = { 0 };

	if (!tx_intent_ask(&desk->intent, id, hash, false, key, &err)) {
		desk_say(desk, "not asked: %s", err.text);
		return;
	}
	diagnoser_watch(desk->diagnoser, key, true);
	wish_for_others(desk, id, hash);
	tx_desk_select(desk, id, hash);
}

static void diagnose_all(struct tx_desk *desk)
{
	size_t refused = 0;
	char key[DIAGNOSER_KEY];
	struct err err = { 0 };

	for (size_t i = 0; i < desk->load.count; i++)
		refused += !tx_intent_ask_one(&desk->intent, &desk->load.lines[i], true, key, &err);
	if (refused > 0)
		desk_say(desk, "%zu of %zu cannot be asked about: %s", refused, desk->load.count, err.text);
}

/* --- what was pasted --- */

static void keep(struct tx_desk *desk, struct tx_identity *identity)
{
	for (size_t i = 0; i < desk->pasted_count; i++) {
		struct tx_identity *known = &desk->pasted[i].identity;

		if (strcmp(known->hash, identity->hash) != 0)
			continue;
		if (!known->envelope) {
			known->envelope = identity->envelope;
			identity->envelope = NULL;
		}
		mem_free(identity->envelope);
		return;
	}
	if (desk->pasted_count == TX_PASTED) {
		mem_free(desk->pasted[0].identity.envelope);
		memmove(desk->pasted, desk->pasted + 1, --desk->pasted_count * sizeof(*desk->pasted));
	}
	desk->pasted[desk->pasted_count++].identity = *identity;
}

/* identity is given away. */
static void diagnose_pasted(struct tx_desk *desk, struct tx_identity *identity)
{
	char key[DIAGNOSER_KEY];
	struct err err = { 0 };

	if (!desk->diagnoser || !diagnoser_ask(desk->diagnoser, identity, 0, false, key, &err)) {
		desk_say(desk, "not asked: %s", desk->diagnoser ? err.text :
			 "no horizon or stellar-rpc source is configured");
		mem_free(identity->envelope);
		return;
	}
	diagnoser_watch(desk->diagnoser, key, true);
	str_put(identity->hash, sizeof(identity->hash), key);
	keep(desk, identity);
	if (desk->pages)
		tx_pages_want_group(desk->pages, "", key);
	wish_for_others(desk, "", key);
	tx_desk_select(desk, "", key);
	desk_say(desk, "asking the network about %.4s..: 3 shows what comes of it", key);
	desk->dirty = true;
}

static void diagnose_text(struct tx_desk *desk, const char *text)
{
	struct tx_identity identity = { .hash = "" };
	struct buf envelope = { 0 };
	char account[ACCOUNT_TEXT];
	struct err err = { 0 };
	enum spotted found = spot(str_of(text), identity.hash, &envelope, account, &err);

	if (found == SPOT_ENVELOPE)
		identity.envelope = mem_text(buf_cstr(&envelope));
	buf_done(&envelope);
	if (found == SPOT_ENVELOPE || found == SPOT_HASH)
		diagnose_pasted(desk, &identity);
	else if (found == SPOT_ACCOUNT)
		desk_say(desk, "that is an account: in a shell, binnacle tx diagnose %.4s... --since 2h",
			 account);
	else
		desk_say(desk, "%s", err.kind != ERR_NONE ? err.text : "there is no transaction in it");
}

/* --- all of them --- */

static void act(struct tx_desk *desk, const struct effect *effect)
{
	struct err err = { 0 };

	if (!tx_acts_do(desk->acts, effect->tx_id, effect->tx_hash, effect->act, effect->digest,
			effect->target, effect->reason, &err))
		desk_say(desk, "%s", err.text);
	desk->dirty = true;
}

void tx_desk_effect(struct tx_desk *desk, const struct effect *effect)
{
	if (effect->kind == EFFECT_TX_PAGE)
		page(desk, effect->text);
	else if (effect->kind == EFFECT_STOP_BULK && desk->diagnoser)
		diagnoser_stop_bulk(desk->diagnoser);
	else if (effect->kind == EFFECT_ACT)
		act(desk, effect);
	else if (effect->kind == EFFECT_DIAGNOSE && effect->on)
		diagnose_all(desk);
	else if (effect->kind == EFFECT_DIAGNOSE && effect->text[0])
		diagnose_text(desk, effect->text);
	else if (effect->kind == EFFECT_DIAGNOSE)
		diagnose(desk, effect->tx_id, effect->tx_hash);
	desk->dirty = true;
}
