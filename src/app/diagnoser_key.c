/*
 * diagnoser_key.c: what a transaction is called: by its hash; without one by that of its envelope,
 * which is remembered, because every picture of a list asks for each row's.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "app/diagnoser_inside.h"
#include "base/mem.h"
#include "stellar/base64.h"

enum { KEYS = 1024 };			/* each text has one place; the one that stands there goes */

struct diagnoser_keys {
	struct {
		char *envelope;
		char key[DIAGNOSER_KEY];
	} places[KEYS];
};

struct diagnoser_keys *diagnoser_keys_new(void)
{
	return mem_new(sizeof(struct diagnoser_keys));
}

void diagnoser_keys_free(struct diagnoser_keys *keys)
{
	for (size_t i = 0; keys && i < KEYS; i++)
		mem_free(keys->places[i].envelope);
	mem_free(keys);
}

static size_t place_of(const char *text)
{
	uint64_t hash = 14695981039346656037U;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211U;
	return (size_t)(hash % KEYS);
}

static bool make(const struct diagnoser *diagnoser, const char *base64, char key[DIAGNOSER_KEY],
		 struct err *err)
{
	struct envelope *envelope = mem_new(sizeof(*envelope));
	struct buf xdr = { 0 };
	char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];
	bool ok = base64_read(str_of(base64), &xdr, err) &&
		  envelope_read(str_sub(buf_cstr(&xdr), xdr.len), envelope, err);

	if (ok) {
		envelope_hash(envelope, str_sub(buf_cstr(&xdr), xdr.len), diagnoser->passphrase, hash,
			      inner);
		str_put(key, DIAGNOSER_KEY, hash);
	}
	mem_free(envelope);
	buf_done(&xdr);
	return ok;
}

/* What cannot be read is tried anew each time: it has no key, and such rows are few. */
static bool key_of_envelope(const struct diagnoser *diagnoser, const char *base64,
			    char key[DIAGNOSER_KEY], struct err *err)
{
	size_t at = place_of(base64);
	struct diagnoser_keys *keys = diagnoser->keys;

	if (keys->places[at].envelope && strcmp(keys->places[at].envelope, base64) == 0)
		return str_put(key, DIAGNOSER_KEY, keys->places[at].key);
	if (!make(diagnoser, base64, key, err))
		return false;
	mem_free(keys->places[at].envelope);
	keys->places[at].envelope = mem_text(base64);
	return str_put(keys->places[at].key, DIAGNOSER_KEY, key);
}

bool diagnoser_key(const struct diagnoser *diagnoser, const struct tx_identity *identity,
		   char key[DIAGNOSER_KEY], struct err *err)
{
	if (identity->hash[0])
		return str_put(key, DIAGNOSER_KEY, identity->hash);
	if (identity->envelope)
		return key_of_envelope(diagnoser, identity->envelope, key, err);
	if (!identity->account[0] || !identity->has_sequence)
		return err_set(err, ERR_INPUT, "neither a hash, nor an envelope, nor an account with a "
			       "sequence number is known of it");
	(void)snprintf(key, DIAGNOSER_KEY, "%s:%lld", identity->account,
		       (long long)identity->sequence);
	return true;
}
