/* card_keys.c: a row for each key of a front matter: what it is called and how it is read. */
#include "runbook/card_inside.h"

#include <string.h>
#include <strings.h>

#include "base/num.h"

enum { WEEK_DAYS = 7, SEVERITIES = 3, KEYS = 32 };

void card_wrong(struct card_reader *reader, struct origin at, enum trouble_code code,
		const char *fix, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	if (!reader->troubles)
		return;
	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	trouble_add(reader->troubles, code,
		    (struct spot){ reader->path, at.line + reader->above, at.column }, fix, "%s",
		    buf_cstr(&text));
	buf_done(&text);
}

static void wrong_value(struct card_reader *reader, const struct node *node, const char *want)
{
	card_wrong(reader, node->at, TROUBLE_R013, "", "%s: %s is wanted, not %s",
		   node->key ? node->key : "this item", want,
		   node->kind == NODE_SCALAR ? problems_quote(reader->arena, node->text) :
		   node->kind == NODE_MAP ? "{...}" : "[...]");
}

const char *card_scalar(struct card_reader *reader, const struct node *node)
{
	if (node->kind != NODE_SCALAR) {
		wrong_value(reader, node, "one text");
		return "";
	}
	if (!node->quoted && (strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0))
		return "";
	return node->text;
}

static bool says_nothing(const struct node *node)
{
	return node->kind == NODE_SCALAR && !*node->text;
}

size_t card_children(struct card_reader *reader, const struct node *node, enum node_kind kind)
{
	size_t count = 0;

	if (node->kind != kind) {
		if (!says_nothing(node))
			wrong_value(reader, node, kind == NODE_MAP ? "a map" : "a list");
		return 0;
	}
	for (const struct node *child = node->first; child; child = child->next)
		count++;
	return count;
}

void card_text(struct card_reader *reader, const struct node *node, void *out)
{
	*(const char **)out = card_scalar(reader, node);
}

void card_texts(struct card_reader *reader, const struct node *node, void *out)
{
	const struct node *one = node->kind == NODE_SCALAR ? node : node->first;
	size_t count = node->kind == NODE_SCALAR ? 1 : card_children(reader, node, NODE_LIST);
	const char **items = arena_array(reader->arena, count + 1, sizeof(*items));
	struct texts texts = { items, 0 };

	for (; one && count > 0; one = one == node ? NULL : one->next) {
		const char *text = card_scalar(reader, one);

		if (*text)
			items[texts.count++] = text;
	}
	*(struct texts *)out = texts;
}

bool card_parse_duration(struct str text, msec *out, struct err *err)
{
	msec weeks;

	if (!str_ends(text, "w") || text.len > 5 ||
	    !num_parse_i64(str_sub(text.p, text.len - 1), &weeks) || weeks < 0)
		return when_parse_duration(text, out, err);
	*out = weeks * WEEK_DAYS * WHEN_DAY;
	return true;
}

void card_duration(struct card_reader *reader, const struct node *node, void *out)
{
	const char *text = card_scalar(reader, node);
	struct err err;

	if (*text && !card_parse_duration(str_of(text), out, &err))
		card_wrong(reader, node->at, TROUBLE_R013, "", "%s: %s", node->key, err.text);
}

static void read_format(struct card_reader *reader, const struct node *node, void *out)
{
	bool *native = out;

	*native = true;
	if (strcmp(card_scalar(reader, node), "1") != 0)
		wrong_value(reader, node, "1, the only format there is");
}

static bool is_id(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", text.p[i]))
			return false;
	return text.len > 0 && text.len < BOOK_ID;
}

static void read_id(struct card_reader *reader, const struct node *node, void *out)
{
	const char *text = card_scalar(reader, node);

	if (!*text)
		return;
	if (is_id(str_of(text)))
		*(const char **)out = text;
	else
		wrong_value(reader, node, "1 to 64 of a-z, 0-9 and '-'");
}

static void read_severity(struct card_reader *reader, const struct node *node, void *out)
{
	const char *text = card_scalar(reader, node);

	if (!*text)
		return;
	if (strncasecmp(text, "SEV", 3) == 0 && text[3] > '0' && text[3] <= '0' + SEVERITIES &&
	    !text[4])
		*(unsigned *)out = (unsigned)(text[3] - '0');
	else
		wrong_value(reader, node, "SEV1, SEV2 or SEV3");
}

static void read_day(struct card_reader *reader, const struct node *node, void *out)
{
	const char *text = card_scalar(reader, node);

	if (*text && !when_parse(str_of(text), out) &&
	    !when_parse(str_of(arena_fmt(reader->arena, "%sT00:00:00Z", text)), out))
		wrong_value(reader, node, "a day as in 2026-11-22");
}

/* `name`, or {alertname: NAME, label: value, ...}. */
static void read_alert(struct card_reader *reader, const struct node *node, struct book_alert *out)
{
	struct pair *items;

	*out = (struct book_alert){ .name = "" };
	if (node->kind != NODE_MAP) {
		out->name = card_scalar(reader, node);
		return;
	}
	items = arena_array(reader->arena, card_children(reader, node, NODE_MAP) + 1,
			    sizeof(*items));
	out->labels.items = items;
	for (const struct node *label = node->first; label; label = label->next) {
		const char *value = card_scalar(reader, label);

		if (strcmp(label->key, "alertname") == 0)
			out->name = value;
		else
			items[out->labels.count++] = (struct pair){ label->key, value, label->at };
	}
	if (!*out->name)
		card_wrong(reader, node->at, TROUBLE_R013,
			   "write {alertname: NAME, label: value}", "an alert without its name");
}

static void read_alerts(struct card_reader *reader, const struct node *node, void *out)
{
	struct card *card = out;
	const struct node *one = node->kind == NODE_LIST ? node->first : node;
	size_t count = node->kind == NODE_LIST ? card_children(reader, node, NODE_LIST) : 1;
	struct book_alert *alerts = arena_array(reader->arena, count + 1, sizeof(*alerts));

	card->alerts = alerts;
	for (; one && !says_nothing(one); one = one == node ? NULL : one->next) {
		read_alert(reader, one, &alerts[card->alert_count]);
		card->alert_count += *alerts[card->alert_count].name != '\0';
	}
}

static const struct card_row escalation_rows[] = {
	{ "to", card_text, offsetof(struct book_escalation, to) },
	{ "via", card_text, offsetof(struct book_escalation, via) },
	{ "after", card_duration, offsetof(struct book_escalation, after) },
};

static void read_escalations(struct card_reader *reader, const struct node *node, void *out)
{
	struct card *card = out;
	size_t count = card_children(reader, node, NODE_LIST);
	struct book_escalation *all = arena_array(reader->arena, count + 1, sizeof(*all));

	card->escalations = all;
	for (const struct node *one = count > 0 ? node->first : NULL; one; one = one->next) {
		struct book_escalation *escalation = &all[card->escalation_count];

		*escalation = (struct book_escalation){ .to = "", .via = "" };
		if (card_children(reader, one, NODE_MAP) == 0)
			continue;
		card_read_map(reader, one, escalation_rows, ARRAY_LEN(escalation_rows),
			      " under escalation", escalation);
		card->escalation_count += *escalation->to != '\0';
		if (!*escalation->to)
			card_wrong(reader, one->at, TROUBLE_R013,
				   "write {to: NAME, after: 30m, via: pager}",
				   "an escalation that does not say to whom");
	}
}

static const struct card_row rows[] = {
	{ "binnacle", read_format, offsetof(struct card, native) },
	{ "id", read_id, offsetof(struct card, id) },
	{ "title", card_text, offsetof(struct card, title) },
	{ "summary", card_text, offsetof(struct card, summary) },
	{ "severity", read_severity, offsetof(struct card, severity) },
	{ "components", card_texts, offsetof(struct card, components) },
	{ "alerts", read_alerts, 0 },
	{ "owner", card_text, offsetof(struct card, owner) },
	{ "escalation", read_escalations, 0 },
	{ "rto", card_duration, offsetof(struct card, rto) },
	{ "rpo", card_duration, offsetof(struct card, rpo) },
	{ "tags", card_texts, offsetof(struct card, tags) },
	{ "last_reviewed_on", read_day, offsetof(struct card, reviewed_at) },
	{ "review_in", card_duration, offsetof(struct card, review_in) },
	{ "reviewed_by", card_texts, offsetof(struct card, reviewed_by) },
	{ "params", card_params, 0 },
};
_Static_assert(ARRAY_LEN(rows) <= KEYS, "an unknown key is compared with all names");

static const struct card_row *row_of(const struct card_row *all, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

static void unknown(struct card_reader *reader, const struct node *node,
		    const struct card_row *all, size_t count, const char *under)
{
	const char *names[KEYS], *fix;

	for (size_t i = 0; i < count; i++)
		names[i] = all[i].name;
	fix = problems_nearest(reader->arena, node->key, names, count);
	card_wrong(reader, node->key_at, TROUBLE_R004,
		   fix ? fix : problems_list(reader->arena, "known keys: ", names, count),
		   "there is no key %s%s", problems_quote(reader->arena, node->key), under);
}

void card_read_map(struct card_reader *reader, const struct node *map, const struct card_row *all,
		   size_t count, const char *under, void *out)
{
	for (const struct node *node = map->first; node; node = node->next) {
		const struct card_row *row = row_of(all, count, node->key);

		if (row)
			row->read(reader, node, (char *)out + row->offset);
		else
			unknown(reader, node, all, count, under);
	}
}

void card_read_keys(struct card_reader *reader, const struct node *root, struct card *out)
{
	if (root->kind == NODE_MAP)
		card_read_map(reader, root, rows, ARRAY_LEN(rows), "", out);
	else
		wrong_value(reader, root, "a map of keys");
}
