#include "stellar/entry.h"

#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "stellar/base64.h"
#include "stellar/skip.h"
#include "stellar/strkey.h"
#include "stellar/xdr.h"

enum { KEY = 32, TYPE_ACCOUNT = 0, SIGNERS = 20, HOME_DOMAIN = 32, ENTRY_BYTES = 64 * 1024 };

/* A version, which is 0 where nothing more follows and `more` where it does. */
static bool goes_on(struct xdr *in, int32_t more)
{
	size_t at = in->at;
	int32_t version = xdr_i32(in);

	if (version != 0 && version != more)
		(void)xdr_fail(in, at, "no known version of an account");
	return xdr_ok(in) && version == more;
}

static void skip_all(struct xdr *in, enum skip_type type, size_t most)
{
	uint32_t count = xdr_count(in, most);

	for (uint32_t i = 0; i < count && xdr_ok(in); i++)
		skip_value(in, type);
}

/* Each version holds the next; the third says when the sequence number was set. */
static void read_extension(struct xdr *in, struct account_entry *out)
{
	if (!goes_on(in, 1))
		return;
	skip_value(in, SKIP_Long);		/* liabilities: of buying, of selling */
	skip_value(in, SKIP_Long);
	if (!goes_on(in, 2))
		return;
	skip_value(in, SKIP_Int);		/* how many it sponsors, and is sponsored in */
	skip_value(in, SKIP_Int);
	skip_all(in, SKIP_SponsorshipDescriptor, SIGNERS);
	if (!goes_on(in, 3))
		return;
	skip_value(in, SKIP_ExtensionPoint);
	out->has_sequence_at = true;
	out->sequence_ledger = xdr_u32(in);
	out->sequence_time = xdr_u64(in);
}

static void read_account(struct xdr *in, struct account_entry *out)
{
	struct xdr owner = *in;
	struct str key;

	skip_value(in, SKIP_PublicKey);
	(void)xdr_u32(&owner);
	key = xdr_fixed(&owner, KEY);
	if (xdr_ok(in)) {
		char text[STRKEY_TEXT];

		strkey_write(text, STRKEY_ACCOUNT, (const unsigned char *)key.p, key.len);
		(void)str_put(out->account, sizeof(out->account), text);
	}
	out->balance = xdr_i64(in);
	out->sequence = xdr_i64(in);
	skip_value(in, SKIP_Int);		/* subentries */
	if (xdr_bool(in))			/* destination of inflation */
		skip_value(in, SKIP_PublicKey);
	skip_value(in, SKIP_Int);		/* flags */
	(void)xdr_opaque(in, HOME_DOMAIN);
	skip_value(in, SKIP_Int);		/* thresholds */
	skip_all(in, SKIP_Signer, SIGNERS);
	read_extension(in, out);
}

static bool read_entry(struct str bytes, struct account_entry *out, struct err *err)
{
	struct xdr in;

	xdr_init(&in, bytes);
	if (xdr_u32(&in) != TYPE_ACCOUNT)
		(void)xdr_fail(&in, 0, "not an account");
	read_account(&in, out);
	return xdr_end(&in, err);
}

bool entry_read_account_base64(struct str text, struct account_entry *out, struct err *err)
{
	struct buf bytes;
	bool ok;

	memset(out, 0, sizeof(*out));
	buf_init(&bytes, ENTRY_BYTES);
	ok = base64_read(text, &bytes, err) &&
	     read_entry(str_sub(buf_cstr(&bytes), bytes.len), out, err);
	buf_done(&bytes);
	if (!ok)
		memset(out, 0, sizeof(*out));
	return ok || err_add(err, "ledger entry");
}

bool entry_account_key(char out[ENTRY_KEY_TEXT], const char *account, struct err *err)
{
	unsigned char bytes[2 * sizeof(uint32_t) + KEY] = { 0 };	/* two types of 0, the key */
	struct strkey key;

	out[0] = '\0';
	if (!strkey_read(str_of(account), &key, err))
		return false;
	if (key.kind != STRKEY_ACCOUNT && key.kind != STRKEY_MUXED)
		return err_set(err, ERR_INPUT, "neither an account G... nor a muxed one M...");
	memcpy(bytes + 2 * sizeof(uint32_t), key.payload, KEY);
	return digest_base64(out, ENTRY_KEY_TEXT,
			     str_sub((const char *)bytes, sizeof(bytes))) > 0;
}
