#include "app/tx_dismissed.h"

#include "app/paths.h"
#include "base/log.h"

static bool has(void *arg, const char *id, const char *hash)
{
	return casebook_dismissed(arg, id, hash) != NULL;
}

void tx_dismissed_use(const struct settings *settings, struct casebook *casebook)
{
	struct tx_dismissals *all = settings->transactions.dismissals;

	if (all)
		*all = (struct tx_dismissals){ casebook ? has : NULL, casebook };
}

struct casebook *tx_dismissed_open(const struct context *context, const struct settings *settings)
{
	struct casebook *casebook = NULL;
	char said[BECAUSE_TEXT] = "";
	struct buf dir = { 0 };
	struct err err = { 0 };

	if (!settings->transactions_source)
		return NULL;
	if (paths_state(context, &dir, &err))
		casebook = casebook_open(buf_cstr(&dir), said, &err);
	buf_done(&dir);
	if (!casebook)
		log_put(LOG_WARN, "dismissed transactions are counted all the same: %s", err.text);
	tx_dismissed_use(settings, casebook);
	return casebook;
}
