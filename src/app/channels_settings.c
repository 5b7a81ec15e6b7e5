/* channels_settings.c: see channels_settings.h. */
#include "app/channels_settings.h"

#include <string.h>

#include "app/settings.h"

static const char *const kind_names[] = {
	[CHANNEL_SLACK] = "slack", [CHANNEL_WEBHOOK] = "webhook", [CHANNEL_COMMAND] = "command",
	[CHANNEL_CLIPBOARD] = "clipboard", [CHANNEL_FILE] = "file", NULL };

/* What each kind cannot do without; NULL: it needs nothing. */
static const char *const kind_needs[] = {
	[CHANNEL_SLACK] = "url", [CHANNEL_WEBHOOK] = "url", [CHANNEL_COMMAND] = "command",
	[CHANNEL_CLIPBOARD] = NULL, [CHANNEL_FILE] = "file" };

const struct setting channel_table[] = {
	{ .key = "name", .type = SETTING_TEXT, .offset = offsetof(struct channel_settings, name),
	  .required = true, .help = "What it is called where a channel is chosen." },
	{ .key = "kind", .type = SETTING_CHOICE, .offset = offsetof(struct channel_settings, kind),
	  .required = true, .choices = kind_names,
	  .help = "slack: an incoming webhook of Slack, or of what is like it; webhook: a JSON "
		  "object is posted; command: the text on its standard input; clipboard; file: the "
		  "text is appended." },
	{ .key = "audience", .type = SETTING_TEXT,
	  .offset = offsetof(struct channel_settings, audience), .def = "internal",
	  .help = "Who reads it: internal, public (which gets nothing that is internal), or "
		  "another name." },
	{ .key = "url", .type = SETTING_SECRET, .offset = offsetof(struct channel_settings, url),
	  .help = "slack, webhook: where to post. Who knows it can write there, so that it is a "
		  "secret." },
	{ .key = "ca_file", .type = SETTING_PATH,
	  .offset = offsetof(struct channel_settings, access.ca_file),
	  .help = "slack, webhook: the certificates to trust, instead of the system's." },
	{ .key = "proxy", .type = SETTING_URL,
	  .offset = offsetof(struct channel_settings, access.proxy),
	  .help = "slack, webhook: the proxy on the way there." },
	{ .key = "command", .type = SETTING_TEXTS,
	  .offset = offsetof(struct channel_settings, command),
	  .help = "command: what to run, as a list of its words; no shell reads it." },
	{ .key = "file", .type = SETTING_PATH, .offset = offsetof(struct channel_settings, file),
	  .help = "file: what to append to; made with mode 0600 when it is missing." },
	SETTING_END
};

static void complain(struct settings *settings, const struct node *node, const char *text,
		     const char *hint)
{
	bool keyed = node->key != NULL;

	problems_add(&settings->problems, &(struct complaint){
		.at = keyed ? node->key_at : node->at,
		.width = keyed ? node->key_width : node->width,
		.id = PROBLEM_REFERENCE, .text = text, .hint = hint });
}

/* "url_file" is a form of "url". */
static const struct node *member(const struct node *item, const char *key)
{
	size_t len = strlen(key);

	for (const struct node *n = item->first; n; n = n->next)
		if (!strncmp(n->key, key, len) && (!n->key[len] || n->key[len] == '_'))
			return n;
	return NULL;
}

static const char *title_of(struct settings *settings, const struct channel_settings *channel,
			    size_t index)
{
	return channel->name ? arena_fmt(&settings->arena, "notify: %s", channel->name) :
			       arena_fmt(&settings->arena, "notify: channel %zu", index + 1);
}

/* Of url, command and file it has the one that its kind needs, and no other. */
static void check_parts(struct settings *settings, const struct node *item,
			const struct channel_settings *channel, const char *title)
{
	static const struct { const char *key, *form; } parts[] = {
		{ "url", "url_env, url_file or url_command" }, { "command", "command" },
		{ "file", "file" },
	};
	struct arena *arena = &settings->arena;
	const char *kind = kind_names[channel->kind], *needs = kind_needs[channel->kind];

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const struct node *there = member(item, parts[i].key);
		bool needed = needs && !strcmp(needs, parts[i].key);

		if (needed && !there)
			complain(settings, item, arena_fmt(arena, "%s: %s is required", title,
							   parts[i].form), NULL);
		else if (!needed && there)
			complain(settings, there, arena_fmt(arena, "%s: %s means nothing to a %s",
							    title, there->key, kind), NULL);
	}
}

static void check_name(struct settings *settings, const struct node *item, size_t index)
{
	const struct channel_settings *all = settings->notify.data;
	const char *name = all[index].name;

	if (!name)
		return;
	if (strlen(name) >= NAME_TEXT)
		complain(settings, item, arena_fmt(&settings->arena, "notify: the name of channel "
						   "%zu has more than %d bytes", index + 1,
						   NAME_TEXT - 1), NULL);
	for (size_t i = 0; i < index; i++)
		if (all[i].name && !strcmp(all[i].name, name)) {
			complain(settings, item, arena_fmt(&settings->arena, "notify: the name %s "
							   "stands twice", name),
				 "each channel needs a name of its own");
			return;
		}
}

void channels_check(struct settings *settings)
{
	const struct node *list = tree_child(settings->tree, "notify");
	const struct channel_settings *all = settings->notify.data;
	size_t i = 0;

	if (!list || list->kind != NODE_LIST)
		return;
	for (const struct node *item = list->first; item; item = item->next) {
		const struct node *kind = tree_child(item, "kind");

		if (item->kind != NODE_MAP)
			continue;	/* said already, and not read */
		check_name(settings, item, i);
		if (kind && kind->kind == NODE_SCALAR && !strcmp(kind->text, kind_names[all[i].kind]))
			check_parts(settings, item, &all[i], title_of(settings, &all[i], i));
		i++;
	}
}
