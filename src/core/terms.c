/*
 * terms.c: policy and targets to "name=value" and back, with one table of names for both ways.
 */
#include "core/terms.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/num.h"

#define SECONDS_MOST ((int64_t)20000 * 365 * WHEN_DAY / WHEN_SECOND)

static const struct {
	const char *name;
	size_t offset;
} promises[] = {
	{ "update_every", offsetof(struct sev_policy, update_every) },
	{ "update_overdue", offsetof(struct sev_policy, update_overdue) },
	{ "postmortem", offsetof(struct sev_policy, postmortem) },
	{ "rca", offsetof(struct sev_policy, rca) },
	{ "ack", offsetof(struct sev_policy, ack) },
};

static msec *promise_of(struct sev_policy *sev, size_t i)
{
	return (msec *)(void *)((char *)sev + promises[i].offset);
}

static bool read_seconds(struct str text, msec *out)
{
	int64_t seconds;

	if (!num_parse_i64(text, &seconds) || seconds < 1 || seconds > SECONDS_MOST)
		return false;
	*out = seconds * WHEN_SECOND;
	return true;
}

/* "sev1.update_every" */
static void read_promise(struct terms *out, struct str name, struct str value)
{
	struct str sev;
	unsigned severity;

	if (!str_cut(&name, '.', &sev) || sev.len != strlen("sev1") || !str_starts(sev, "sev"))
		return;
	severity = (unsigned)(unsigned char)sev.p[sev.len - 1] - '0';
	for (size_t i = 0; severity >= 1 && severity <= 3 && i < ARRAY_LEN(promises); i++)
		if (str_eq(name, promises[i].name))
			(void)read_seconds(value, promise_of(&out->sev[severity], i));
}

static struct terms_component *component_of(struct terms *out, struct str name)
{
	struct terms_component *component;
	char text[NAME_TEXT];

	if (name.len == 0 || !str_copy(text, sizeof(text), name))
		return NULL;
	for (size_t i = 0; i < out->component_count; i++)
		if (strcmp(out->components[i].name, text) == 0)
			return &out->components[i];
	if (out->component_count == TERMS_COMPONENTS)
		return NULL;
	component = &out->components[out->component_count++];
	*component = (struct terms_component){ .rto = 0 };
	(void)str_put(component->name, sizeof(component->name), text);
	return component;
}

/* "rto.NAME", "rpo.NAME": a name may have dots. */
static bool read_target(struct terms *out, struct str name, struct str value)
{
	bool rto = str_starts(name, "rto."), rpo = str_starts(name, "rpo.");
	struct terms_component *component;
	msec target;

	if (!rto && !rpo)
		return false;
	if (!read_seconds(value, &target))
		return true;
	component = component_of(out, str_sub(name.p + 4, name.len - 4));
	if (component)
		*(rto ? &component->rto : &component->rpo) = target;
	return true;
}

static void read_term(struct terms *out, struct str text)
{
	size_t at = text.len;
	struct str name, value;

	while (at > 0 && text.p[at - 1] != '=')
		at--;
	if (at < 2)
		return;
	name = str_sub(text.p, at - 1);
	value = str_sub(text.p + at, text.len - at);
	if (str_eq(name, "zone")) {
		if (value.len > 0 && value.len < TERMS_ZONE)
			(void)str_copy(out->zone, sizeof(out->zone), value);
	} else if (!read_target(out, name, value)) {
		read_promise(out, name, value);
	}
}

void terms_read(struct terms *out, const char *const *values, size_t count)
{
	*out = (struct terms){ .known = count > 0, .zone = "UTC" };
	for (size_t i = 0; i < count; i++)
		read_term(out, str_of(values[i]));
}

struct listing {				/* the values as they come */
	struct arena *arena;
	const char **items;
	size_t count;
};

/* What is not promised is not said. */
static void put_seconds(struct listing *list, const char *name, const char *of, msec value)
{
	if (value >= WHEN_SECOND)
		list->items[list->count++] = arena_fmt(list->arena, "%s.%s=%" PRId64, name, of,
							 (int64_t)(value / WHEN_SECOND));
}

struct text_list terms_values(const struct policy *policy, struct arena *arena)
{
	static const char *const names[] = { "", "sev1", "sev2", "sev3" };
	size_t most = 3 * ARRAY_LEN(promises) + 2 * policy->target_count + 1;
	struct listing list = { .arena = arena,
			       .items = arena_array(arena, most, sizeof(*list.items)) };

	for (unsigned severity = 1; severity <= 3; severity++) {
		struct sev_policy sev = policy->sev[severity];

		for (size_t i = 0; i < ARRAY_LEN(promises); i++)
			put_seconds(&list, names[severity], promises[i].name, *promise_of(&sev, i));
	}
	for (size_t i = 0; i < policy->target_count; i++) {
		put_seconds(&list, "rto", policy->targets[i].component, policy->targets[i].rto);
		put_seconds(&list, "rpo", policy->targets[i].component, policy->targets[i].rpo);
	}
	list.items[list.count++] = arena_fmt(arena, "zone=%s", policy->zone ? policy->zone : "UTC");
	return (struct text_list){ list.items, list.count };
}
