#include "stellar/skip.h"

#include "base/attr.h"

#define ANY UINT32_MAX

#define FIXED(bytes) SKIP_IS_FIXED, (bytes), NULL, 0
#define TEXT(bytes) SKIP_IS_TEXT, (bytes), NULL, 0
#define FLAG() SKIP_IS_FLAG, 0, NULL, 0
#define ENUM(members) SKIP_IS_ENUM, (members), NULL, 0
#define PARTS(...) (const struct skip_part[]){ __VA_ARGS__ }, \
		   ARRAY_LEN(((const struct skip_part[]){ __VA_ARGS__ }))
#define STRUCT(...) SKIP_IS_STRUCT, 0, PARTS(__VA_ARGS__)
#define UNION(...) SKIP_IS_UNION, 0, PARTS(__VA_ARGS__)

#define ONE(type) { 0, 0, SKIP_##type, SKIP_ONCE, 1 }
#define OPT(type) { 0, 0, SKIP_##type, SKIP_PERHAPS, 1 }
#define MANY(type, most) { 0, 0, SKIP_##type, SKIP_OFTEN, (most) }
#define CASES(first, last, type) { (first), (last), SKIP_##type, SKIP_ONCE, 1 }
#define CASE(n, type) CASES(n, n, type)
#define CASE_OPT(n, type) { (n), (n), SKIP_##type, SKIP_PERHAPS, 1 }
#define CASE_MANY(n, type, most) { (n), (n), SKIP_##type, SKIP_OFTEN, (most) }

static const struct skip_rule rules[] = {
#define X(name, ...) [SKIP_##name] = { __VA_ARGS__, "no known kind of " #name },
	SKIP_RULES(X)
#undef X
};
_Static_assert(ARRAY_LEN(rules) == SKIP_TYPE_COUNT, "every type has its rule");

const struct skip_rule *skip_rule_of(enum skip_type type)
{
	return &rules[type];
}

static void skip_at(struct xdr *xdr, enum skip_type type, unsigned depth);

static void skip_part(struct xdr *xdr, const struct skip_part *part, unsigned depth)
{
	uint32_t count = 1;

	if (part->times == SKIP_PERHAPS)
		count = xdr_bool(xdr);
	else if (part->times == SKIP_OFTEN)
		count = xdr_count(xdr, part->most);
	for (uint32_t i = 0; i < count && xdr_ok(xdr); i++)
		skip_at(xdr, part->type, depth);
}

static void skip_case(struct xdr *xdr, const struct skip_rule *rule, unsigned depth)
{
	size_t at = xdr->at;
	int32_t n = xdr_i32(xdr);

	for (size_t i = 0; i < rule->count; i++)
		if (n >= rule->parts[i].first && n <= rule->parts[i].last) {
			skip_part(xdr, &rule->parts[i], depth);
			return;
		}
	(void)xdr_fail(xdr, at, rule->wrong);
}

static void skip_enum(struct xdr *xdr, const struct skip_rule *rule)
{
	size_t at = xdr->at;

	if (xdr_u32(xdr) >= rule->size)
		(void)xdr_fail(xdr, at, rule->wrong);
}

static void skip_at(struct xdr *xdr, enum skip_type type, unsigned depth)
{
	const struct skip_rule *rule = &rules[type];

	if (depth == SKIP_DEPTH) {
		(void)xdr_fail(xdr, xdr->at, "nested too deeply");
		return;
	}
	switch (rule->kind) {
	case SKIP_IS_FIXED:
		(void)xdr_fixed(xdr, rule->size);
		break;
	case SKIP_IS_TEXT:
		(void)xdr_opaque(xdr, rule->size);
		break;
	case SKIP_IS_FLAG:
		(void)xdr_bool(xdr);
		break;
	case SKIP_IS_ENUM:
		skip_enum(xdr, rule);
		break;
	case SKIP_IS_STRUCT:
		for (size_t i = 0; i < rule->count; i++)
			skip_part(xdr, &rule->parts[i], depth + 1);
		break;
	case SKIP_IS_UNION:
		skip_case(xdr, rule, depth + 1);
		break;
	}
}

void skip_value(struct xdr *xdr, enum skip_type type)
{
	skip_at(xdr, type, 0);
}
