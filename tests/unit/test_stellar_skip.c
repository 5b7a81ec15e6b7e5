/*
 * The table of skip_rules.h against the grammar of the ledger, where that is: every type that can
 * be in a transaction, in what becomes of it and in an account, down to the last byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "stellar/skip.h"
#include "tests/lib/vectors.h"

enum { NAME = 64, NOT_FIXED = -1 };

/* What the grammar calls a type: a name, and perhaps "*", "<5>", "<>" or "[4]" behind it. */
struct term {
	char name[NAME], suffix[16];
};

static const json_t *grammar;
static bool seen[SKIP_TYPE_COUNT][512];
static char names[512][NAME];		/* of the second index */
static size_t name_count;

static struct term term_of(const char *text)
{
	struct term term = { 0 };
	size_t len = strcspn(text, "*<[");

	(void)str_copy(term.name, sizeof(term.name), str_sub(text, len));
	(void)str_put(term.suffix, sizeof(term.suffix), text + len);
	return term;
}

static const char *kind_of(const json_t *def)
{
	const char *kind = json_string_value(json_array_get(def, 0));

	return kind ? kind : "";
}

static const char *alias_of(const char *name)
{
	const json_t *def = json_object_get(grammar, name);

	return strcmp(kind_of(def), "typedef") == 0 ? json_string_value(json_array_get(def, 1)) : NULL;
}

static int fixed_size(const char *text);

static int struct_size(const json_t *def)
{
	const json_t *fields = json_array_get(def, 1);
	int sum = 0;

	if (strcmp(kind_of(def), "struct") != 0)
		return NOT_FIXED;
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *field = json_array_get(fields, i);
		int size = fixed_size(json_string_value(json_array_get(field, 1)));

		if (size == NOT_FIXED)
			return NOT_FIXED;
		sum += size;
	}
	return sum;
}

/* In bytes, of what always has as many. */
static int fixed_size(const char *text)
{
	static const struct { const char *name; int size; } basic[] = {
		{ "void", 0 }, { "int", 4 }, { "unsigned_int", 4 }, { "hyper", 8 },
		{ "unsigned_hyper", 8 },
	};
	struct term term = term_of(text);
	const char *alias = alias_of(term.name);

	if (strcmp(term.name, "opaque") == 0)
		return term.suffix[0] == '[' ? (int)strtol(term.suffix + 1, NULL, 10) : NOT_FIXED;
	if (term.suffix[0])
		return NOT_FIXED;
	for (size_t i = 0; i < ARRAY_LEN(basic); i++)
		if (strcmp(term.name, basic[i].name) == 0)
			return basic[i].size;
	return alias ? fixed_size(alias) : struct_size(json_object_get(grammar, term.name));
}

static void same(enum skip_type type, const char *text);

static uint32_t most_of(const char *suffix)
{
	return suffix[1] == '>' ? UINT32_MAX : (uint32_t)strtoul(suffix + 1, NULL, 10);
}

/* One part beside one field. A list within a typedef is a struct of one part here. */
static void same_part(const struct skip_part *part, const char *text)
{
	struct term term = term_of(text);
	const char *alias = alias_of(term.name);

	if (strcmp(term.name, "opaque") == 0 || strcmp(term.name, "string") == 0)
		term.suffix[0] = '\0';		/* "<64>" belongs to the name itself */
	else if (!term.suffix[0] && part->times != SKIP_ONCE && alias)
		same_part(part, alias);
	if (!term.suffix[0]) {
		if (part->times == SKIP_ONCE)
			same(part->type, text);
		else
			assert_non_null(alias);
		return;
	}
	assert_int_equal(part->times, term.suffix[0] == '*' ? SKIP_PERHAPS : SKIP_OFTEN);
	if (part->times == SKIP_OFTEN)
		assert_true(part->most == most_of(term.suffix));
	same(part->type, term.name);
}

static void same_struct(const struct skip_rule *rule, const char *name, const json_t *def)
{
	const json_t *fields = json_array_get(def, 1);

	if (json_array_size(fields) != rule->count)
		fail_msg("%s has %zu fields, not %zu", name, json_array_size(fields), rule->count);
	for (size_t i = 0; i < rule->count; i++)
		same_part(&rule->parts[i],
			  json_string_value(json_array_get(json_array_get(fields, i), 1)));
}

static const struct skip_part *find_case(const struct skip_rule *rule, long n)
{
	for (size_t i = 0; i < rule->count; i++)
		if (n >= rule->parts[i].first && n <= rule->parts[i].last)
			return &rule->parts[i];
	return NULL;
}

static void same_union(const struct skip_rule *rule, const char *name, const json_t *def)
{
	json_t *cases = json_array_get(def, 2), *arm;
	size_t ours = 0;
	const char *n;

	for (size_t i = 0; i < rule->count; i++)
		ours += (size_t)(rule->parts[i].last - rule->parts[i].first + 1);
	if (json_object_size(cases) != ours)
		fail_msg("%s has %zu cases, not %zu", name, json_object_size(cases), ours);
	json_object_foreach(cases, n, arm) {
		const struct skip_part *part = find_case(rule, strtol(n, NULL, 10));

		if (!part)
			fail_msg("%s has a case %s", name, n);
		same_part(part, json_string_value(json_array_get(arm, 1)));
	}
}

/* The members of an enum are 0, 1, 2 ... */
static void same_enum(const struct skip_rule *rule, const json_t *def)
{
	const json_t *members = json_array_get(def, 1);
	char n[12];

	assert_int_equal(json_object_size(members), rule->size);
	for (uint32_t i = 0; i < rule->size; i++) {
		(void)snprintf(n, sizeof(n), "%u", i);
		assert_non_null(json_object_get(members, n));
	}
}

/* True the first time: types hold themselves. */
static bool is_new(enum skip_type type, const char *text)
{
	size_t at = 0;

	while (at < name_count && strcmp(names[at], text) != 0)
		at++;
	assert_true(at < ARRAY_LEN(names));
	if (at == name_count)
		(void)str_put(names[name_count++], NAME, text);
	if (seen[type][at])
		return false;
	seen[type][at] = true;
	return true;
}

static void same_named(const struct skip_rule *rule, const char *text)
{
	const json_t *def = json_object_get(grammar, text);
	const char *kind = kind_of(def);

	if (rule->kind == SKIP_IS_ENUM && strcmp(kind, "enum") == 0)
		same_enum(rule, def);
	else if (rule->kind == SKIP_IS_STRUCT && strcmp(kind, "struct") == 0)
		same_struct(rule, text, def);
	else if (rule->kind == SKIP_IS_UNION && strcmp(kind, "union") == 0)
		same_union(rule, text, def);
	else if (strcmp(kind, "struct") == 0 && json_array_size(json_array_get(def, 1)) == 1)
		same_part(&(struct skip_part){ .type = (enum skip_type)(rule - skip_rule_of(0)),
					       .times = SKIP_ONCE },
			  json_string_value(json_array_get(json_array_get(json_array_get(def, 1), 0),
							   1)));
	else
		fail_msg("%s is a %s in the grammar, and not here", text, kind);
}

static void same(enum skip_type type, const char *text)
{
	const struct skip_rule *rule = skip_rule_of(type);
	struct term term = term_of(text);
	const char *alias = alias_of(term.name);

	if (!is_new(type, text))
		return;
	if (rule->kind == SKIP_IS_FIXED) {
		if (fixed_size(text) != (int)rule->size)
			fail_msg("%s has %d bytes, not %u", text, fixed_size(text), rule->size);
	} else if (rule->kind == SKIP_IS_TEXT && term.suffix[0] == '<') {
		assert_true(strcmp(term.name, "opaque") == 0 || strcmp(term.name, "string") == 0);
		assert_true(rule->size == most_of(term.suffix));
	} else if (rule->kind == SKIP_IS_FLAG) {
		assert_string_equal(text, "bool");
	} else if (alias && rule->kind == SKIP_IS_STRUCT && rule->count == 1 &&
		   strpbrk(alias, "*<")) {
		same_part(&rule->parts[0], alias);
	} else if (alias) {
		same(type, alias);
	} else {
		same_named(rule, text);
	}
}

static void the_table_is_the_ledger_s_grammar(void **state)
{
	static const struct { enum skip_type type; const char *name; } roots[] = {
		{ SKIP_OperationBody, "OperationBody" }, { SKIP_TransactionExt, "TransactionExt" },
		{ SKIP_ExtensionPoint, "TransactionV0Ext" },
		{ SKIP_ExtensionPoint, "FeeBumpTransactionExt" },
		{ SKIP_ExtensionPoint, "TransactionResultExt" },
		{ SKIP_ExtensionPoint, "InnerTransactionResultExt" },
		{ SKIP_DecoratedSignature, "DecoratedSignature" }, { SKIP_Asset, "Asset" },
		{ SKIP_OperationResultTr, "OperationResultTr" }, { SKIP_PublicKey, "AccountID" },
		{ SKIP_Signer, "Signer" }, { SKIP_SponsorshipDescriptor, "SponsorshipDescriptor" },
	};
	json_t *document = vectors_document("xdr_schema.json");
	size_t checked = 0;

	(void)state;
	if (!document)
		return;
	grammar = json_object_get(document, "types");
	for (size_t i = 0; i < ARRAY_LEN(roots); i++)
		same(roots[i].type, roots[i].name);
	for (int type = 0; type < SKIP_TYPE_COUNT; type++) {
		bool reached = false;

		for (size_t i = 0; i < name_count; i++)
			reached = reached || seen[type][i];
		if (!reached)
			fail_msg("row %d is of no use", type);
		checked++;
	}
	assert_true(checked > 100 && name_count > 100);
	json_decref(document);
}

static void put_word(struct buf *out, uint32_t word)
{
	unsigned char bytes[4] = {
		(unsigned char)(word >> 24), (unsigned char)(word >> 16),
		(unsigned char)(word >> 8), (unsigned char)word,
	};

	(void)buf_add(out, bytes, sizeof(bytes));
}

static const char *skip_words(enum skip_type type, const uint32_t *words, size_t count)
{
	struct buf bytes = { 0 };
	const char *problem;
	struct xdr xdr;

	for (size_t i = 0; i < count; i++)
		put_word(&bytes, words[i]);
	xdr_init(&xdr, str_sub(buf_cstr(&bytes), bytes.len));
	skip_value(&xdr, type);
	problem = xdr.problem ? xdr.problem : xdr.at == bytes.len ? "" : "not all";
	buf_done(&bytes);
	return problem;
}

static void what_the_table_does_not_hold_is_refused(void **state)
{
	static const struct {
		enum skip_type type;
		uint32_t words[8];
		size_t count;
		const char *problem;
	} cases[] = {
		{ SKIP_Asset, { 0 }, 1, "" },
		{ SKIP_Asset, { 3 }, 1, "no known kind of Asset" },
		{ SKIP_Asset, { 1, 0 }, 2, "it ends in the middle" },
		{ SKIP_SCVal, { 1 }, 1, "" },
		{ SKIP_SCVal, { 0, 2 }, 2, "neither 0 nor 1" },
		{ SKIP_SCVal, { 23 }, 1, "no known kind of SCVal" },
		{ SKIP_SCVal, { 16, 1, 2, 1, 1 }, 5, "" },
		{ SKIP_SCVal, { 16, 0 }, 2, "" },
		{ SKIP_SCVal, { 16, 1, 0xffffffff, 1 }, 4, "more items than bytes for them" },
		{ SKIP_SCVal, { 2, 1, 9 }, 3, "" },
		{ SKIP_SCVal, { 2, 1, 10 }, 3, "no known kind of SCErrorCode" },
		{ SKIP_SCVal, { 15, 33 }, 2, "longer than it may be" },
		{ SKIP_SCVal, { 15, 1, 0x61000000 }, 3, "" },
		{ SKIP_SCVal, { 15, 1, 0x61000001 }, 3, "padding that is not zero" },
		{ SKIP_ClaimPredicate, { 1, 2, 0, 0 }, 4, "" },
		{ SKIP_ClaimPredicate, { 1, 3, 0, 0, 0 }, 5, "more items than there may be" },
		{ SKIP_ClaimPredicate, { 3, 1, 3, 0 }, 4, "" },
		{ SKIP_SorobanCredentials, { 4 }, 1, "no known kind of SorobanCredentials" },
		{ SKIP_OperationBody, { 0xffffffff }, 1, "no known kind of OperationBody" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(skip_words(cases[i].type, cases[i].words, cases[i].count),
				    cases[i].problem);
}

/* Lists in lists: a list is a value, a type of its own, and holds values. */
static void nesting_ends_at_its_limit(void **state)
{
	struct xdr xdr;

	(void)state;
	for (unsigned levels = 1; levels < 2 * SKIP_DEPTH; levels++) {
		struct buf bytes = { 0 };
		bool fits = 2 * levels < SKIP_DEPTH;

		for (unsigned i = 0; i < levels; i++) {
			put_word(&bytes, 16);
			put_word(&bytes, 1);
			put_word(&bytes, 1);
		}
		put_word(&bytes, 1);
		xdr_init(&xdr, str_sub(bytes.data, bytes.len));
		skip_value(&xdr, SKIP_SCVal);
		if (fits)
			assert_true(xdr_ok(&xdr) && xdr.at == bytes.len);
		else
			assert_string_equal(xdr.problem, "nested too deeply");
		buf_done(&bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_the_ledger_s_grammar),
		cmocka_unit_test(what_the_table_does_not_hold_is_refused),
		cmocka_unit_test(nesting_ends_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
