/* native_step.c: the comment of a step, a row for each thing that it may say; and options. */
#include <string.h>
#include <strings.h>

#include "runbook/native_inside.h"

typedef void step_key(struct attrs *attrs, const struct attr *attr, struct step *step);

static const char *const roles[] = {
	"commander", "ops", "comms", "scribe", "recovery-lead", "infrastructure",
	"indexer-operator", "app-owner", "audit",
};

static const char *const kinds[] = {
#define X(sym, word) [STEP_##sym] = (word),
	STEP_KINDS(X)
#undef X
};

static bool needs_value(struct attrs *attrs, const struct attr *attr)
{
	if (attr->value && *attr->value)
		return true;
	reading_trouble(attrs->reading, TROUBLE_R013, attr->at, "", "%s: it needs a value",
			attr->key);
	return false;
}

static void wrong(struct attrs *attrs, const struct attr *attr, const char *want)
{
	reading_trouble(attrs->reading, TROUBLE_R013, attr->at, "", "%s: %s is wanted, not %s",
			attr->key, want, problems_quote(attrs->reading->arena, attr->value));
}

static const char *id_value(struct attrs *attrs, const struct attr *attr)
{
	if (!needs_value(attrs, attr))
		return "";
	if (runbook_is_id(str_of(attr->value)))
		return attr->value;
	wrong(attrs, attr, "1 to 64 of a-z, 0-9 and '-'");
	return "";
}

static void read_id(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	step->id = id_value(attrs, attr);
}

static void read_role(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	struct arena *arena = attrs->reading->arena;
	const char *fix;

	if (!needs_value(attrs, attr))
		return;
	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (strcmp(roles[i], attr->value) == 0) {
			step->role = attr->value;
			return;
		}
	fix = problems_nearest(arena, attr->value, roles, ARRAY_LEN(roles));
	reading_trouble(attrs->reading, TROUBLE_R013, attr->at,
			fix ? fix : problems_list(arena, "roles: ", roles, ARRAY_LEN(roles)),
			"there is no role %s", problems_quote(arena, attr->value));
}

/* "NAME", or "step.ID == OUTCOME". */
static void read_when(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	struct str id, rest = str_of(attr->value);

	if (!needs_value(attrs, attr))
		return;
	if (runbook_is_name(rest)) {
		step->when.param = attr->value;
		return;
	}
	if (str_starts(rest, "step.") && str_has(rest, "==")) {
		rest = str_sub(rest.p + 5, rest.len - 5);
		str_cut(&rest, '=', &id);
		rest = str_trim(str_sub(rest.p + 1, rest.len - 1));
		id = str_trim(id);
		if (runbook_is_id(id) && runbook_is_id(rest)) {
			step->when.step = arena_text(attrs->reading->arena, id.p, id.len);
			step->when.outcome = arena_text(attrs->reading->arena, rest.p, rest.len);
			return;
		}
	}
	wrong(attrs, attr, "a parameter or \"step.ID == done\"");
}

static void read_probe(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	if (!needs_value(attrs, attr))
		return;
	step->probe = attrs_expr(attrs, attr, attr->value);
	step->probe_text = attr->value;
	if (step->probe && step->hold == 0)
		step->hold = expr_for(step->probe);
}

static void read_every(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	attrs_duration(attrs, attr, &step->every);
}

static void read_for(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	attrs_duration(attrs, attr, &step->hold);
}

static void read_timeout(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	attrs_duration(attrs, attr, &step->timeout);
}

static void read_after(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	attrs_duration(attrs, attr, &step->after);
}

static void read_due(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	attrs_duration(attrs, attr, &step->due);
}

static void read_on_fail(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	step->on_fail = id_value(attrs, attr);
}

static void read_on_timeout(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	step->on_timeout = id_value(attrs, attr);
}

static void read_ask(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	if (!needs_value(attrs, attr))
		return;
	if (runbook_is_name(str_of(attr->value)))
		step->ask = attr->value;
	else
		wrong(attrs, attr, "the name of a parameter");
}

static void read_audience(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	if (needs_value(attrs, attr))
		step->audience = attr->value;
}

static void read_to(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	if (needs_value(attrs, attr))
		step->to = attr->value;
}

static void read_severity(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	if (!needs_value(attrs, attr))
		return;
	if (strncasecmp(attr->value, "SEV", 3) == 0 && attr->value[3] >= '1' &&
	    attr->value[3] <= '3' && !attr->value[4])
		step->severity = (unsigned)(attr->value[3] - '0');
	else
		wrong(attrs, attr, "SEV1, SEV2 or SEV3");
}

/* "SOURCE.FIELD" */
static void read_target(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	struct str rest = str_of(attr->value), source;

	if (!needs_value(attrs, attr))
		return;
	if (str_cut(&rest, '.', &source) && source.len > 0 && rest.len > 0 &&
	    !str_has(str_of(attr->value), " "))
		step->target = attr->value;
	else
		wrong(attrs, attr, "SOURCE.FIELD");
}

/* The name of a set of interlocks, or an expression. */
static void read_interlock(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	if (!needs_value(attrs, attr))
		return;
	if (runbook_is_id(str_of(attr->value)) || attrs_expr(attrs, attr, attr->value))
		step->interlock = attr->value;
}

static void read_two_person(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	step->two_person = attrs_flag(attrs, attr);
}

static const struct { const char *name; step_key *read; } keys[] = {
	{ "id", read_id }, { "role", read_role }, { "when", read_when }, { "probe", read_probe },
	{ "every", read_every }, { "for", read_for }, { "timeout", read_timeout },
	{ "after", read_after }, { "due", read_due }, { "on-fail", read_on_fail },
	{ "on-timeout", read_on_timeout }, { "goto", read_on_timeout }, { "ask", read_ask },
	{ "audience", read_audience }, { "to", read_to }, { "severity", read_severity },
	{ "target", read_target }, { "interlock", read_interlock },
	{ "two-person", read_two_person },
};

static bool read_kind(const struct attr *attr, struct step *step)
{
	for (size_t i = 0; !attr->value && i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i], attr->key) == 0) {
			step->kind = (enum step_kind)i;
			return true;
		}
	return false;
}

static bool read_key(struct attrs *attrs, const struct attr *attr, struct step *step)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(keys[i].name, attr->key) == 0) {
			keys[i].read(attrs, attr, step);
			return true;
		}
	return false;
}

/* A comment's attributes, behind its word. */
static struct attrs attrs_of(struct reading *reading, const struct run_of_text *comment,
			     const char *word)
{
	struct str text = str_of(comment->text);
	struct attrs attrs = { .reading = reading, .line = comment->line };
	const char *at = strstr(comment->text, word);

	for (const char *c = text.p; c < at; c++)
		attrs.line += *c == '\n';
	at += strlen(word);
	attrs.rest = str_sub(at, text.len - (size_t)(at - text.p));
	return attrs;
}

bool native_step_comment(struct reading *reading, const struct run_of_text *comment,
			 struct step *step)
{
	struct attrs attrs = attrs_of(reading, comment, "step");
	const char *names[ARRAY_LEN(keys)];
	struct attr attr;
	bool first = true, kind = false;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		names[i] = keys[i].name;
	for (; attrs_next(&attrs, &attr); first = false) {
		if (first && read_kind(&attr, step)) {
			kind = true;
			continue;
		}
		if (read_key(&attrs, &attr, step))
			continue;
		if (first && !attr.value)
			attrs_unknown(&attrs, &attr, "kind", kinds, ARRAY_LEN(kinds));
		else
			attrs_unknown(&attrs, &attr, "attribute", names, ARRAY_LEN(names));
	}
	return kind;
}

static void read_option(struct reading *reading, const struct run_of_text *comment,
			struct book_option *option)
{
	static const char *const names[] = { "value", "goto", "probe" };
	struct attrs attrs = attrs_of(reading, comment, "option");
	struct attr attr;

	while (attrs_next(&attrs, &attr)) {
		if (strcmp(attr.key, "value") == 0)
			option->value = id_value(&attrs, &attr);
		else if (strcmp(attr.key, "goto") == 0 && needs_value(&attrs, &attr))
			option->jump = attr.value;
		else if (strcmp(attr.key, "probe") == 0 && needs_value(&attrs, &attr))
			option->probe = attrs_expr(&attrs, &attr, attr.value);
		else if (strcmp(attr.key, "goto") != 0 && strcmp(attr.key, "probe") != 0)
			attrs_unknown(&attrs, &attr, "attribute", names, ARRAY_LEN(names));
	}
}

/* Where the option's first link leads: "#section", else "other.md". What leads out of here is no
 * jump. */
static const char *jump_of(const struct block *block)
{
	const char *jump = "";

	for (const struct run_of_text *run = block->runs; run && !*jump; run = run->next)
		if (run->kind == RUN_LINK && run->url[0] == '#')
			jump = run->url;
	for (const struct block *child = block->first; child && !*jump; child = child->next)
		if (child->kind != BLOCK_LIST)
			jump = jump_of(child);
	return *jump ? jump : body_link(block, NULL);
}

static void add_option(struct reading *reading, const struct block *item,
		       struct book_option *option)
{
	const struct run_of_text *comment = native_comment(reading, item, "option");

	*option = (struct book_option){ .value = "", .jump = "", .line = item->line };
	option->title = body_title(item, reading->arena);
	if (comment)
		read_option(reading, comment, option);
	if (!*option->jump)
		option->jump = jump_of(item);
	if (!*option->value)
		option->value = runbook_slug(option->title, reading->arena);
}

void native_options(struct reading *reading, const struct block *list, size_t step)
{
	struct book_option *options;
	size_t count = 0;

	for (const struct block *item = list->first; item; item = item->next)
		count++;
	options = arena_array(reading->arena, count + 1, sizeof(*options));
	count = 0;
	for (const struct block *item = list->first; item; item = item->next)
		add_option(reading, item, &options[count++]);
	reading->steps[step].options = options;
	reading->steps[step].option_count = count;
}
