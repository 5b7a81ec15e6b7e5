/*
 * tx_acts_inside.h: what the files of the acts share.
 *
 *	tx_acts_ready.c		the box: what would happen, whole, and what forbids it
 *	tx_acts.c		the order: from the box to a durable beginning, and the end
 *	tx_acts_send.c		what leaves the house: the SQL, the envelope
 *	tx_acts_server.c	where a row may be written now
 */
#ifndef APP_TX_ACTS_INSIDE_H
#define APP_TX_ACTS_INSIDE_H

#include "app/policies.h"
#include "app/tx_acts.h"
#include "app/tx_intent.h"
#include "backends/postgres.h"
#include "backends/tx_mark.h"
#include "backends/tx_sent.h"
#include "base/digest.h"
#include "io/fences.h"

enum deed_stage { DEED_NONE, DEED_SAVING, DEED_RUNNING };

enum { ACT_TEXT = 32 * 1024, ACTS_LOST = DESK_PEERS };

/* One act from its order to its end: copied, so that it stays as it was confirmed. */
struct deed {
	enum deed_stage stage;
	enum tx_act act;
	struct arena arena;
	char id[NAME_TEXT], hash[TX_HASH_TEXT], digest[DIGEST_HEX];
	char event[ULID_TEXT];		/* of tx.act_started, once it is durable */
	const char *text, *envelope;	/* envelope: base64, of a resubmission */
	bool copied;
	struct dossier *dossier;	/* in which it was begun */
	struct fence fence;
	struct postgres_config config;	/* the source, by the login that may write */
	struct fence_errand *sql;
	struct errand *errand;
	const struct source_config *source;	/* the endpoint */
	enum tx_way way;
	struct loop_timer patience;
};

struct tx_acts {
	struct tx_acts_setup setup;
	struct policy policy;
	struct tx_intent intent;
	/* tx_intent_case() and tx_intent_ask(); a test has cases of its own. */
	bool (*find)(struct tx_intent *intent, const char *id, const char *hash,
		     struct tx_case *out);
	bool (*ask)(struct tx_intent *intent, const char *id, const char *hash, bool bulk,
		    char key[DIAGNOSER_KEY], struct err *err);
	struct arena boxes[ACT_COUNT];	/* texts of the last box of each act */
	struct deed deed;		/* one at a time */
	char lost_text[ACTS_LOST][ORIGIN_TEXT];
	const char *lost[ACTS_LOST + 1];
};

struct now acts_now(const struct tx_acts *acts);
struct dossier *acts_dossier(const struct tx_acts *acts);	/* of an incident that takes acts; NULL */

/* tx_acts_ready.c. False: nothing is known of such a transaction. */
bool acts_box(struct tx_acts *acts, const char *id, const char *hash, enum tx_act act, bool again,
	      struct tx_case *tx, struct ready_act *out);
/* The order that begins it, as rules see it; reason NULL: none yet. */
struct order acts_order(struct tx_acts *acts, enum event_kind kind, const struct tx_case *tx,
			const struct ready_act *ready, const char *reason);
/* The signed envelope whose hash is the transaction's. NULL with err. */
const char *acts_envelope(struct tx_acts *acts, const struct tx_case *tx, struct arena *arena,
			  struct err *err);

/* tx_acts_server.c */
const struct postgres_config *acts_database(const struct settings *settings);	/* NULL */
bool acts_server(const struct world *world, const struct settings *settings,
		 struct tx_server *out, struct err *err);
/* The first Horizon, else RPC, of the network. NULL with err. */
const struct source_config *acts_endpoint(const struct settings *settings, enum tx_way *way,
					  struct err *err);

/* tx_acts_send.c: for DEED_RUNNING. */
void deed_write(struct tx_acts *acts);
void deed_send(struct tx_acts *acts);
void deed_cancel(struct deed *deed);

/* tx_acts.c: what came of it. known: whether it was done. */
struct deed_end {
	bool known, done;
	int64_t status;			/* of HTTP; 0: none */
	const char *says;
};
void deed_finish(struct tx_acts *acts, const struct deed_end *end);

#endif
