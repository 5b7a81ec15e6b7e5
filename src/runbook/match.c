/*
 * match.c: every runbook is asked how well it fits what fails; the best are kept in order.
 */
#include "runbook/match.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* What an alert says of its runbook: the last part of a path, and a fragment. */
struct pointer {
	struct str page, fragment;
};

static const char *pair_value(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (strcmp(pairs->items[i].name, name) == 0)
			return pairs->items[i].value;
	return NULL;
}

static struct str without_end(struct str text, const char *end)
{
	return str_ends(text, end) ? str_sub(text.p, text.len - strlen(end)) : text;
}

static struct pointer read_pointer(const struct match_alert *alert)
{
	const char *url = pair_value(&alert->annotations, "runbook_url");
	struct str rest = str_of(url ? url : pair_value(&alert->annotations, "runbook"));
	struct pointer out = {.page = {"", 0}, .fragment = {"", 0}};
	struct str path = {"", 0}, part;

	(void)str_cut(&rest, '#', &path);
	out.fragment = rest;
	rest = path;
	path = str_sub("", 0);
	(void)str_cut(&rest, '?', &path);
	while (str_cut(&path, '/', &part))
		if (part.len)
			out.page = part;
	out.page = without_end(without_end(out.page, ".md"), ".html");
	return out;
}

static bool same_folded(struct str a, const char *b)
{
	return a.len == strlen(b) && strncasecmp(a.p, b, a.len) == 0;
}

static char next_letter(struct str *rest)
{
	while (rest->len && !isalnum((unsigned char)*rest->p))
		*rest = str_sub(rest->p + 1, rest->len - 1);
	if (rest->len == 0)
		return '\0';
	*rest = str_sub(rest->p + 1, rest->len - 1);
	return (char)tolower((unsigned char)rest->p[-1]);
}

/* "TeachLinkIndexerDown" is "teachlink-indexer-down"; nothing is like what has no letter. */
static bool same_letters(struct str a, const char *name)
{
	struct str b = str_of(name);
	char one, other;
	size_t count = 0;

	do {
		one = next_letter(&a);
		other = next_letter(&b);
		count++;
	} while (one && one == other);
	return one == other && count > 1;
}

static bool has_labels(const struct book_alert *wanted, const struct match_alert *alert)
{
	for (size_t i = 0; i < wanted->labels.count; i++) {
		const char *value = pair_value(&alert->labels, wanted->labels.items[i].name);

		if (!value || strcmp(value, wanted->labels.items[i].value) != 0)
			return false;
	}
	return true;
}

static bool is_for_alert(const struct card *card, const struct match_alert *alert, size_t *labels)
{
	bool found = false;

	*labels = 0;
	for (size_t i = 0; i < card->alert_count; i++) {
		const struct book_alert *wanted = &card->alerts[i];

		if (strcmp(wanted->name, alert->name) != 0 || !has_labels(wanted, alert))
			continue;
		found = true;
		if (wanted->labels.count > *labels)
			*labels = wanted->labels.count;
	}
	return found;
}

static bool is_named_by(const struct card *card, const struct match_alert *alert)
{
	struct pointer to = read_pointer(alert);

	if (to.page.len && (same_folded(to.page, card->id) || same_folded(to.page, card->stem)))
		return true;
	return to.fragment.len && (same_folded(to.fragment, card->id) ||
				   same_folded(to.fragment, card->stem) ||
				   same_letters(to.fragment, card->title));
}

static bool has_component(const struct card *card, const char *name)
{
	for (size_t i = 0; i < card->components.count; i++)
		if (strcasecmp(card->components.items[i], name) == 0)
			return true;
	return false;
}

/* One more reason; the best one stays. */
static void add_reason(struct book_match *match, enum match_kind kind, const char *what,
		       size_t labels)
{
	bool better = kind < match->kind || (kind == match->kind && labels > match->labels);

	if (match->matches++ > 0 && !better)
		return;
	match->kind = kind;
	match->what = what;
	match->labels = labels;
}

static void match_one_alert(const struct card *card, const struct match_alert *alert,
			    struct book_match *match)
{
	const char *service = pair_value(&alert->labels, "service");
	size_t labels;

	if (is_for_alert(card, alert, &labels))
		add_reason(match, MATCH_ALERT, alert->name, labels);
	else if (is_named_by(card, alert))
		add_reason(match, MATCH_URL, alert->name, 0);
	else if (same_letters(str_of(alert->name), card->id) ||
		 same_letters(str_of(alert->name), card->stem))
		add_reason(match, MATCH_NAME, alert->name, 0);
	else if (service && has_component(card, service))
		add_reason(match, MATCH_COMPONENT, service, 0);
}

static struct book_match match_card(const struct match_in *in, size_t card)
{
	struct book_match match = {.card = card, .what = ""};

	for (size_t i = 0; i < in->alert_count; i++)
		match_one_alert(&in->cards[card], &in->alerts[i], &match);
	for (size_t i = 0; i < in->components.count; i++)
		if (has_component(&in->cards[card], in->components.items[i]))
			add_reason(&match, MATCH_COMPONENT, in->components.items[i], 0);
	return match;
}

static unsigned urgency(const struct match_in *in, const struct book_match *match)
{
	unsigned severity = in->cards[match->card].severity;

	return severity ? severity : UINT8_MAX;
}

static bool is_better(const struct match_in *in, const struct book_match *a,
		      const struct book_match *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind;
	if (a->matches != b->matches)
		return a->matches > b->matches;
	if (a->labels != b->labels)
		return a->labels > b->labels;
	return urgency(in, a) < urgency(in, b);
}

size_t runbook_match(const struct match_in *in, struct book_match *out, size_t max)
{
	size_t count = 0, at;

	for (size_t card = 0; card < in->card_count; card++) {
		struct book_match match = match_card(in, card);

		if (match.matches == 0)
			continue;
		at = count;
		while (at > 0 && is_better(in, &match, &out[at - 1]))
			at--;
		if (at == max)
			continue;
		count += count < max;
		memmove(&out[at + 1], &out[at], (count - at - 1) * sizeof(*out));
		out[at] = match;
	}
	return count;
}

const char *match_words(enum match_kind kind)
{
	static const char *const words[] = {
#define X(sym, words) [MATCH_##sym] = (words),
		MATCHES(X)
#undef X
	};

	return words[kind];
}
