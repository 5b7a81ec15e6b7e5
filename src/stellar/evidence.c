/*
 * evidence.c: evidence as JSON and back. The members of each object are one table, which reads and
 * writes them.
 */
#include "stellar/evidence.h"

#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "base/num.h"
#include "base/scrub.h"

enum kind { FLAG, SIGNED, TIME64, LEDGER, SECONDS, GAP32, NAME, CODE, HASH, HASHES };

enum presence {
	MUST,		/* and has a value */
	SAID,		/* must be there; null says something */
	MAY		/* left out, or null: not known, no bound */
};

struct member {
	const char *name;
	enum kind kind;
	enum presence presence;
	size_t offset;
};

#define AT(type, field) offsetof(struct type, field)

static const struct member life_members[] = {
	{ "seq", SIGNED, MUST, AT(life, sequence) },
	{ "max_time", TIME64, MAY, AT(life, max_time) },
	{ "max_ledger", GAP32, MAY, AT(life, max_ledger) },
	{ "min_time", TIME64, MAY, AT(life, min_time) },
	{ "min_ledger", GAP32, MAY, AT(life, min_ledger) },
	{ "min_seq_num", SIGNED, MAY, AT(life, min_sequence) },
	{ "min_seq_age", TIME64, MAY, AT(life, min_sequence_age) },
	{ "min_seq_ledger_gap", GAP32, MAY, AT(life, min_sequence_gap) },
	{ "envelope", FLAG, MAY, AT(life, envelope) },
};

static const struct member found_members[] = {
	{ "src", NAME, MUST, AT(found, src) },
	{ "ledger", LEDGER, MUST, AT(found, ledger) },
	{ "ok", FLAG, MUST, AT(found, ok) },
	{ "code", CODE, MAY, AT(found, code) },
	{ "hash_ok", FLAG, MUST, AT(found, hash_ok) },
};

static const struct member account_members[] = {
	{ "src", NAME, MUST, AT(account_read, src) },
	{ "at", LEDGER, SAID, AT(account_read, at) },
	{ "seq", SIGNED, SAID, AT(account_read, sequence) },
	{ "b_ledger", LEDGER, MAY, AT(account_read, b_ledger) },
	{ "b_close", SECONDS, MAY, AT(account_read, b_close) },
	{ "seq_ledger", LEDGER, MAY, AT(account_read, sequence_ledger) },
	{ "seq_time", SECONDS, MAY, AT(account_read, sequence_time) },
};

static const struct member consumer_members[] = {
	{ "src", NAME, MUST, AT(consumer, src) },
	{ "seq", SIGNED, MUST, AT(consumer, sequence) },
	{ "hashes", HASHES, MUST, AT(consumer, hashes) },
	{ "ledger", LEDGER, MUST, AT(consumer, ledger) },
	{ "ok", FLAG, MUST, AT(consumer, ok) },
	{ "code", CODE, MAY, AT(consumer, code) },
};

static const struct member complete_members[] = {
	{ "src", NAME, MUST, AT(complete, src) },
	{ "tip_before", LEDGER, SAID, AT(complete, tip_before) },
	{ "oldest_ok", FLAG, MUST, AT(complete, oldest_ok) },
};

struct shape {				/* of one list of the evidence */
	const char *name;
	const struct member *members;
	size_t member_count, size, most;
	size_t items, count;		/* offsets in struct tx_evidence */
};

#define LIST(json, field, singular, most) { json, singular##_members, \
	ARRAY_LEN(singular##_members), sizeof(((struct tx_evidence *)0)->field[0]), most, \
	AT(tx_evidence, field), AT(tx_evidence, singular##_count) }

static const struct shape shapes[] = {
	LIST("found", found, found, EVIDENCE_FINDS),
	LIST("account", account, account, EVIDENCE_READS),
	LIST("consumers", consumers, consumer, EVIDENCE_CONSUMERS),
	LIST("complete", complete, complete, EVIDENCE_COMPLETE),
};

static const struct member evidence_members[] = {
	{ "db_hash", HASH, MAY, AT(tx_evidence, db_hash) },
	{ "hashes", HASHES, MAY, AT(tx_evidence, hashes) },
	{ "highwater", LEDGER, MAY, AT(tx_evidence, highwater) },
};

void evidence_take_envelope(struct tx_evidence *evidence, const struct envelope *envelope)
{
	evidence->has_tx = true;
	evidence->tx = (struct life){
		.envelope = true,
		.sequence = envelope->sequence,
		.min_time = envelope->has_time_bounds ? envelope->min_time : 0,
		.max_time = envelope->has_time_bounds ? envelope->max_time : 0,
		.min_ledger = envelope->has_ledger_bounds ? envelope->min_ledger : 0,
		.max_ledger = envelope->has_ledger_bounds ? envelope->max_ledger : 0,
		.has_min_sequence = envelope->has_min_sequence,
		.min_sequence = envelope->has_min_sequence ? envelope->min_sequence : 0,
		.min_sequence_age = envelope->min_sequence_age,
		.min_sequence_gap = envelope->min_sequence_gap,
	};
}

/* ---- reading ---- */

static struct str text_of(const json_t *value)
{
	return str_sub(json_string_value(value), json_string_length(value));
}

static bool wrong(struct err *err, const char *what)
{
	return err_set(err, ERR_INPUT, "%s", what);
}

static bool read_signed(const json_t *value, int64_t *out, struct err *err)
{
	if (json_is_integer(value)) {
		*out = json_integer_value(value);
		return true;
	}
	if (json_is_string(value) && num_parse_i64(text_of(value), out))
		return true;
	return wrong(err, "not a whole number of 64 bits");
}

static bool read_unsigned(const json_t *value, uint64_t most, uint64_t *out, struct err *err)
{
	bool ok = false;

	if (json_is_integer(value) && json_integer_value(value) >= 0) {
		*out = (uint64_t)json_integer_value(value);
		ok = true;
	} else if (json_is_string(value)) {
		ok = num_parse_u64(text_of(value), out);
	}
	if (ok && *out <= most)
		return true;
	return err_set(err, ERR_INPUT, "not a whole number from 0 to %" PRIu64, most);
}

static bool read_text(const json_t *value, char *out, size_t size, struct err *err)
{
	if (!json_is_string(value) || !json_string_length(value))
		return wrong(err, "not a text");
	if (json_string_length(value) >= size)
		return err_set(err, ERR_INPUT, "longer than %zu bytes", size - 1);
	scrub_put(out, size, text_of(value));
	if (strcmp(out, json_string_value(value)) != 0)
		return wrong(err, "characters that cannot be shown");
	return true;
}

static bool is_word(const char *text, const char *more)
{
	for (; *text; text++) {
		bool letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');

		if (!letter && !(*text >= '0' && *text <= '9') && !strchr(more, *text))
			return false;
	}
	return true;
}

/* Hex has two spellings; all else is compared as it is written. */
static void lower_hex(char hash[TX_HASH_TEXT])
{
	if (strspn(hash, "0123456789abcdefABCDEF") != TX_HASH_TEXT - 1)
		return;
	for (char *c = hash; *c; c++)
		if (*c >= 'A' && *c <= 'F')
			*c = (char)(*c - 'A' + 'a');
}

static bool read_hash(const json_t *value, char out[TX_HASH_TEXT], struct err *err)
{
	if (!read_text(value, out, TX_HASH_TEXT, err))
		return false;
	if (!is_word(out, ""))
		return wrong(err, "not a hash");
	lower_hex(out);
	return true;
}

static bool read_hashes(const json_t *value, char (*out)[TX_HASH_TEXT], struct err *err)
{
	if (!json_is_array(value) || json_array_size(value) > 2)
		return wrong(err, "not a list of at most two hashes: outer, inner");
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!read_hash(json_array_get(value, i), out[i], err))
			return err_add(err, "[%zu]", i);
	return true;
}

static bool read_code(const json_t *value, char out[CODE_TEXT], struct err *err)
{
	if (!read_text(value, out, CODE_TEXT, err))
		return false;
	return is_word(out, "_") || wrong(err, "not the name of a result code");
}

static bool read_flag(const json_t *value, bool *out, struct err *err)
{
	*out = json_is_true(value);
	return json_is_boolean(value) || wrong(err, "neither true nor false");
}

static bool read_ledger(const json_t *value, uint64_t most, int64_t *out, struct err *err)
{
	uint64_t number = 0;
	bool ok = read_unsigned(value, most, &number, err);

	*out = ok ? (int64_t)number : 0;
	return ok;
}

static bool read_gap(const json_t *value, uint32_t *out, struct err *err)
{
	uint64_t number = 0;
	bool ok = read_unsigned(value, UINT32_MAX, &number, err);

	*out = ok ? (uint32_t)number : 0;
	return ok;
}

static bool read_value(const json_t *value, enum kind kind, void *field, struct err *err)
{
	switch (kind) {
	case FLAG:
		return read_flag(value, field, err);
	case SIGNED:
		return read_signed(value, field, err);
	case TIME64:
		return read_unsigned(value, UINT64_MAX, field, err);
	case LEDGER:
		return read_ledger(value, UINT32_MAX, field, err);
	case SECONDS:
		return read_ledger(value, INT64_MAX, field, err);
	case GAP32:
		return read_gap(value, field, err);
	case NAME:
		return read_text(value, field, SRC_TEXT, err);
	case CODE:
		return read_code(value, field, err);
	case HASH:
		return read_hash(value, field, err);
	case HASHES:
		return read_hashes(value, field, err);
	}
	return false;
}

static bool read_member(const json_t *object, const struct member *member, void *out,
			struct err *err)
{
	const json_t *value = json_object_get(object, member->name);

	if (!value && member->presence != MAY)
		return wrong(err, "missing");
	if (json_is_null(value) && member->presence == MUST)
		return wrong(err, "null says nothing here");
	if (!value || json_is_null(value))
		return true;
	return read_value(value, member->kind, (char *)out + member->offset, err);
}

static bool read_members(const json_t *object, const struct member *members, size_t count,
			 void *out, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!read_member(object, &members[i], out, err))
			return err_add(err, "%s", members[i].name);
	return true;
}

static bool is_named(const char *key, const struct member *members, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(members[i].name, key))
			return true;
	return false;
}

static bool unknown_member(const char *key, struct err *err)
{
	char shown[48];

	scrub_put(shown, sizeof(shown), str_of(key));
	return err_set(err, ERR_INPUT, "unknown member '%s'", shown);
}

static bool read_object(const json_t *object, const struct member *members, size_t count,
			void *out, struct err *err)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return wrong(err, "not an object");
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
		if (!is_named(key, members, count))
			return unknown_member(key, err);
	return read_members(object, members, count, out, err);
}

static bool given(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return value && !json_is_null(value);
}

static bool read_life(const json_t *tx, struct tx_evidence *out, struct err *err)
{
	if (!tx)
		return wrong(err, "missing: null says that neither envelope nor sequence is known");
	if (json_is_null(tx))
		return true;
	out->has_tx = true;
	out->tx.envelope = true;
	if (!read_object(tx, life_members, ARRAY_LEN(life_members), &out->tx, err))
		return false;
	out->tx.has_min_sequence = given(tx, "min_seq_num");
	return true;
}

/* What null means is told by flags of the struct. */
static void read_nulls(const json_t *list, struct tx_evidence *out)
{
	for (size_t i = 0; i < out->account_count; i++) {
		const json_t *object = json_array_get(list, i);

		out->account[i].usable = given(object, "at") && out->account[i].at > 0;
		out->account[i].exists = given(object, "seq");
	}
}

static bool read_list(const json_t *list, const struct shape *shape, struct tx_evidence *out,
		      struct err *err)
{
	size_t count = json_array_size(list);
	char *items = (char *)out + shape->items;

	if (!list)
		return true;
	if (!json_is_array(list))
		return err_set(err, ERR_INPUT, "%s: not a list", shape->name);
	if (count > shape->most)
		return err_set(err, ERR_LIMIT, "%s: %zu members, at most %zu are taken",
			       shape->name, count, shape->most);
	for (size_t i = 0; i < count; i++)
		if (!read_object(json_array_get(list, i), shape->members, shape->member_count,
				 items + i * shape->size, err))
			return err_add(err, "%s[%zu]", shape->name, i);
	*(size_t *)(void *)((char *)out + shape->count) = count;
	return true;
}

static bool known_above(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (!strcmp(shapes[i].name, key))
			return true;
	return !strcmp(key, "tx") ||
	       is_named(key, evidence_members, ARRAY_LEN(evidence_members));
}

bool evidence_read(const json_t *json, struct tx_evidence *out, struct err *err)
{
	const char *key;
	json_t *value;

	*out = (struct tx_evidence){ 0 };
	if (!json_is_object(json))
		return wrong(err, "evidence: not an object");
	json_object_foreach((json_t *)(uintptr_t)json, key, value)
		if (!known_above(key))
			return unknown_member(key, err);
	if (!read_life(json_object_get(json, "tx"), out, err))
		return err_add(err, "tx");
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (!read_list(json_object_get(json, shapes[i].name), &shapes[i], out, err))
			return false;
	read_nulls(json_object_get(json, "account"), out);
	return read_members(json, evidence_members, ARRAY_LEN(evidence_members), out, err);
}

/* ---- writing ---- */

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *number_or_null(int64_t number)
{
	return number ? json_integer(number) : json_null();
}

static json_t *hashes_of(const char *two)
{
	json_t *list = json_array();

	for (const char *hash = two; hash < two + 2 * TX_HASH_TEXT; hash += TX_HASH_TEXT)
		if (*hash)
			json_array_append_new(list, json_string(hash));
	return list;
}

static json_t *digits(const char *minus, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%s%" PRIu64, minus, number);
	return json_string(text);
}

static json_t *signed_digits(int64_t number)
{
	return number < 0 ? digits("-", (uint64_t)0 - (uint64_t)number) :
			    digits("", (uint64_t)number);
}

static json_t *value_of(const void *field, enum kind kind)
{
	switch (kind) {
	case FLAG:
		return json_boolean(*(const bool *)field);
	case SIGNED:
		return signed_digits(*(const int64_t *)field);
	case TIME64:
		return *(const uint64_t *)field ? digits("", *(const uint64_t *)field) : json_null();
	case LEDGER:
	case SECONDS:
		return number_or_null(*(const int64_t *)field);
	case GAP32:
		return number_or_null(*(const uint32_t *)field);
	case NAME:
	case CODE:
	case HASH:
		return text_or_null(field);
	case HASHES:
		return hashes_of(field);
	}
	return json_null();
}

static json_t *object_of(const void *from, const struct member *members, size_t count)
{
	json_t *object = json_object();

	for (size_t i = 0; i < count; i++)
		json_set(object, members[i].name,
			 value_of((const char *)from + members[i].offset, members[i].kind));
	return object;
}

static json_t *life_json(const struct tx_evidence *evidence)
{
	json_t *object;

	if (!evidence->has_tx)
		return json_null();
	object = object_of(&evidence->tx, life_members, ARRAY_LEN(life_members));
	if (!evidence->tx.has_min_sequence)
		json_set(object, "min_seq_num", json_null());
	return object;
}

static json_t *list_json(const struct tx_evidence *evidence, const struct shape *shape)
{
	const char *items = (const char *)evidence + shape->items;
	size_t count = *(const size_t *)(const void *)((const char *)evidence + shape->count);
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, object_of(items + i * shape->size, shape->members,
						      shape->member_count));
	return list;
}

static void write_nulls(const struct tx_evidence *evidence, json_t *list)
{
	for (size_t i = 0; i < evidence->account_count; i++) {
		if (!evidence->account[i].usable)
			json_set(json_array_get(list, i), "at", json_null());
		if (!evidence->account[i].exists)
			json_set(json_array_get(list, i), "seq", json_null());
	}
}

json_t *tx_evidence_json(const struct tx_evidence *evidence)
{
	json_t *object = json_object();

	json_set(object, "tx", life_json(evidence));
	for (size_t i = 0; i < ARRAY_LEN(evidence_members); i++)
		json_set(object, evidence_members[i].name,
			 value_of((const char *)evidence + evidence_members[i].offset,
				  evidence_members[i].kind));
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		json_set(object, shapes[i].name, list_json(evidence, &shapes[i]));
	write_nulls(evidence, json_object_get(object, "account"));
	return object;
}

void evidence_write(const struct tx_evidence *evidence, struct buf *out)
{
	json_t *object = tx_evidence_json(evidence);

	json_write(out, object);
	json_decref(object);
}
