/* contracts.c: see contracts.h. What stands for a contract may be a seed: it is never shown. */
#include "app/contracts.h"

#include <string.h>

#include "backends/stellar_rpc.h"
#include "stellar/strkey.h"

enum { SYMBOL_MAX = 32 };

static bool is_contract(const char *text)
{
	struct strkey key;

	return strkey_read_as(str_of(text), STRKEY_CONTRACT, &key, NULL);
}

struct list {
	const char **items;
	size_t count;
};

static void add(struct list *list, const char *contract)
{
	if (!contract || list->count == RPC_CONTRACTS || !is_contract(contract))
		return;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], contract) == 0)
			return;
	list->items[list->count++] = contract;
}

static struct stellar_rpc_config *rpc_of(const struct settings *settings, size_t i)
{
	struct source_config *const *sources = settings->sources.data;

	return strcmp(sources[i]->kind, "stellar-rpc") == 0 ?
	       (struct stellar_rpc_config *)sources[i] : NULL;
}

void contracts_complete(struct settings *settings)
{
	const struct component_settings *components = settings->components.data;

	for (size_t i = 0; i < settings->sources.count; i++) {
		struct stellar_rpc_config *rpc = rpc_of(settings, i);
		struct list list = { 0 };

		if (!rpc)
			continue;
		list.items = arena_array(&settings->arena, RPC_CONTRACTS, sizeof(*list.items));
		add(&list, rpc->contract);
		for (size_t c = 0; c < settings->components.count; c++)
			for (size_t n = 0; n < components[c].contracts.count; n++)
				add(&list, components[c].contracts.items[n]);
		rpc->contracts = (struct texts){ list.items, list.count };
	}
}

static void complain(struct settings *settings, const struct node *node, const char *text)
{
	problems_add(&settings->problems, &(struct complaint){
		.at = node->at, .width = node->width, .id = PROBLEM_REFERENCE, .text = text });
}

static void check_contract(struct settings *settings, const char *path, const struct node *node)
{
	struct err err = { 0 };
	struct strkey key;

	if (!node || node->kind != NODE_SCALAR ||
	    strkey_read_as(str_of(node->text), STRKEY_CONTRACT, &key, &err))
		return;
	problems_hide(&settings->problems, node->at, node->end_line);
	complain(settings, node, arena_fmt(&settings->arena, "%s: %s", path, err.text));
}

static void check_list(struct settings *settings, const char *path, const struct node *node)
{
	if (node && node->kind == NODE_LIST)
		for (const struct node *n = node->first; n; n = n->next)
			check_contract(settings, path, n);
	else
		check_contract(settings, path, node);
}

/* How many contracts are named, each as often as it is. */
static size_t count_of(const struct settings *settings)
{
	const struct component_settings *components = settings->components.data;
	size_t count = 0;

	for (size_t i = 0; i < settings->components.count; i++)
		count += components[i].contracts.count;
	return count;
}

static bool is_symbol(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	size_t len = strlen(text);

	return len > 0 && len <= SYMBOL_MAX && strspn(text, allowed) == len;
}

static void check_topics(struct settings *settings, const struct stellar_rpc_config *rpc,
			 const struct node *node)
{
	const char *name = rpc->source.name;

	if (rpc->topics.count > RPC_TOPICS)
		complain(settings, node, arena_fmt(&settings->arena, "sources.%s.topics: %zu topics, at "
						   "most %d are counted", name, rpc->topics.count,
						   RPC_TOPICS));
	for (size_t i = 0; i < rpc->topics.count; i++)
		if (!is_symbol(rpc->topics.items[i]))
			complain(settings, node, arena_fmt(&settings->arena, "sources.%s.topics: a topic "
							   "is a symbol: at most %d letters, digits "
							   "and _", name, SYMBOL_MAX));
}

/* Only indexers say where they are. */
static void check_cursor(struct settings *settings, const struct stellar_rpc_config *rpc,
			 const struct node *node)
{
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (strcmp(source->kind, "indexer") == 0 &&
		    strcmp(source->name, rpc->cursor_from) == 0)
			return;
	}
	complain(settings, node, arena_fmt(&settings->arena, "sources.%s.cursor_from: there is no "
					   "indexer source of this name", rpc->source.name));
}

static void check_headroom(struct settings *settings, const struct stellar_rpc_config *rpc,
			   const struct node *node)
{
	const struct headroom_limits *limits = &rpc->headroom;

	if (limits->bad > limits->warn || limits->bad_percent > limits->warn_percent)
		problems_add(&settings->problems, &(struct complaint){
			.at = node->key_at, .width = node->key_width, .id = PROBLEM_VALUE,
			.text = arena_fmt(&settings->arena, "sources.%s.headroom: bad is not worse than "
					  "warn", rpc->source.name),
			.hint = "less headroom is worse" });
}

static void check_rpc(struct settings *settings, const struct stellar_rpc_config *rpc)
{
	struct arena *arena = &settings->arena;
	const char *name = rpc->source.name;
	const struct node *node = tree_child(tree_child(settings->tree, "sources"), name);
	const struct node *topics = tree_child(node, "topics");
	const struct node *cursor = tree_child(node, "cursor_from");
	const struct node *headroom = tree_child(node, "headroom");

	if (!node)
		return;
	check_contract(settings, arena_fmt(arena, "sources.%s.contract", name),
		       tree_child(node, "contract"));
	if (topics)
		check_topics(settings, rpc, topics);
	if (cursor && rpc->cursor_from)
		check_cursor(settings, rpc, cursor);
	if (headroom)
		check_headroom(settings, rpc, headroom);
	if (count_of(settings) + (rpc->contract ? 1 : 0) > RPC_CONTRACTS)
		problems_add(&settings->problems, &(struct complaint){
			.at = node->key_at, .width = node->key_width, .id = PROBLEM_REFERENCE,
			.text = arena_fmt(arena, "sources.%s: more than %d contracts are named, which is "
					  "all that a server takes", name, RPC_CONTRACTS) });
}

void contracts_check(struct settings *settings)
{
	const struct node *components = tree_child(settings->tree, "components");

	for (const struct node *n = components && components->kind == NODE_MAP ? components->first :
	     NULL; n; n = n->next)
		check_list(settings, arena_fmt(&settings->arena, "components.%s.contracts", n->key),
			   tree_child(n, "contracts"));
	for (size_t i = 0; i < settings->sources.count; i++)
		if (rpc_of(settings, i))
			check_rpc(settings, rpc_of(settings, i));
}
