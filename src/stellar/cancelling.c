#include "stellar/cancelling.h"

#include <string.h>

#include "base/digest.h"
#include "stellar/strkey.h"

enum {
	KEY = 32, TYPE_V1 = 2, KEY_ED25519 = 0, KEY_MUXED = 0x100, COND_TIME = 1, BUMP_SEQUENCE = 11,
	COUNT_BYTES = 4,	/* of the signatures, which are not hashed */
	XDR_MOST = 256,
};

static void put_u32(struct buf *out, uint32_t value)
{
	unsigned char bytes[4];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(value >> (24 - 8 * i));
	buf_add(out, bytes, sizeof(bytes));
}

static void put_u64(struct buf *out, uint64_t value)
{
	put_u32(out, (uint32_t)(value >> 32));
	put_u32(out, (uint32_t)value);
}

/* In a strkey the id stands behind the key, in XDR before it. */
static bool put_account(struct buf *out, const char *text, struct err *err)
{
	struct strkey key;

	if (!strkey_read(str_of(text), &key, err))
		return false;
	if (key.kind != STRKEY_ACCOUNT && key.kind != STRKEY_MUXED)
		return err_set(err, ERR_INPUT, "only an account G... or M... has a sequence number");
	put_u32(out, key.kind == STRKEY_MUXED ? KEY_MUXED : KEY_ED25519);
	buf_add(out, key.payload + KEY, key.len - KEY);
	buf_add(out, key.payload, KEY);
	return true;
}

static bool put_envelope(struct buf *out, const struct cancelling *plan, struct err *err)
{
	put_u32(out, TYPE_V1);
	if (!put_account(out, plan->source, err))
		return false;
	put_u32(out, plan->fee);
	put_u64(out, (uint64_t)plan->sequence);
	put_u32(out, COND_TIME);
	put_u64(out, 0);
	put_u64(out, plan->max_time);
	put_u32(out, 0);		/* no memo */
	put_u32(out, 1);		/* one operation */
	put_u32(out, 0);		/* of the same source */
	put_u32(out, BUMP_SEQUENCE);
	put_u64(out, (uint64_t)plan->sequence);
	put_u32(out, 0);		/* no extension */
	put_u32(out, 0);		/* no signatures */
	return true;
}

static void hash_of(struct str xdr, const char *passphrase, char hash[TX_HASH_TEXT])
{
	const struct str network = str_of(passphrase);
	unsigned char id[DIGEST_RAW];

	digest_sha256_raw(id, &network, 1);
	digest_sha256_parts(hash, (const struct str[]){
		str_sub((const char *)id, sizeof(id)), str_sub(xdr.p, xdr.len - COUNT_BYTES),
	}, 2);
}

bool cancelling_write(const struct cancelling *plan, const char *passphrase, struct buf *base64,
		      char hash[TX_HASH_TEXT], struct err *err)
{
	struct buf xdr = { 0 };
	char text[XDR_MOST * 4 / 3 + 8];
	struct str bytes;
	bool ok;

	if (plan->sequence <= 0)
		return err_set(err, ERR_INPUT, "sequence numbers begin at 1");
	if (plan->max_time == 0)
		return err_set(err, ERR_INPUT, "a cancelling transaction needs an end of its own");
	ok = put_envelope(&xdr, plan, err);
	if (ok) {
		bytes = str_sub(buf_cstr(&xdr), xdr.len);
		hash_of(bytes, passphrase, hash);
		digest_base64(text, sizeof(text), bytes);
		buf_text(base64, text);
	}
	buf_done(&xdr);
	return ok;
}

/* Within single quotes of a shell. */
static void put_quoted(struct buf *out, const char *text)
{
	buf_char(out, '\'');
	for (const char *c = text; *c; c++)
		if (*c == '\'')
			buf_text(out, "'\\''");
		else
			buf_char(out, *c);
	buf_char(out, '\'');
}

static void put_network(struct buf *out, const char *passphrase)
{
	buf_text(out, " --rpc-url \"$RPC_URL\" --network-passphrase ");
	put_quoted(out, passphrase);
}

void cancelling_command(const char *base64, const char *passphrase, struct buf *out)
{
	buf_fmt(out, "echo %s | stellar tx sign --sign-with-key \"$KEY_NAME\"", base64);
	put_network(out, passphrase);
	buf_text(out, " | stellar tx send");
	put_network(out, passphrase);
}
