/* jwt.c: what verifiers are asked and what their answers prove; jwt_judge.c judges. */
#include "backends/jwt.h"

#include <stdio.h>

#include "backends/answer.h"
#include "backends/kinds.h"

enum { WHY = 200, UNAUTHORIZED = 401, FORBIDDEN = 403 };

static const struct setting verifier_settings[] = {
	{ .key = "name", .type = SETTING_TEXT, .offset = offsetof(struct jwt_verifier, name),
	  .required = true, .help = "What it is called here: access, mobile, webauthn, websocket." },
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(struct jwt_verifier, url),
	  .required = true, .help = "A route behind it that may be read without harm." },
	{ .key = "lifetime", .type = SETTING_DURATION,
	  .offset = offsetof(struct jwt_verifier, lifetime), .def = "15m", .min = 1000,
	  .max = 366.0 * 86400 * 1000, .help = "How long the tokens of its users live." },
	{ .key = "proof", .type = SETTING_TEXTS, .offset = offsetof(struct jwt_verifier, proof),
	  .help = "Statuses besides 2xx that only a believed caller gets from this route." },
	SETTING_END
};

static const char *const algorithms[] = {
	"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", NULL
};

static const struct setting settings[] = {
	SOURCE_SETTINGS(struct jwt_config, "60s", "5s"),
	HTTP_WAY_SETTINGS(struct jwt_config),
	{ .key = "token", .type = SETTING_SECRET, .offset = offsetof(struct jwt_config, token),
	  .help = "The canary: a token that the old secret has signed." },
	{ .key = "alg", .type = SETTING_CHOICE, .offset = offsetof(struct jwt_config, alg),
	  .def = "HS256", .choices = algorithms, .help = "The algorithm that it must be signed by." },
	{ .key = "verifiers", .type = SETTING_ITEMS, .max = JWT_VERIFIERS,
	  .offset = offsetof(struct jwt_config, verifiers),
	  .sub = verifier_settings, .sub_size = sizeof(struct jwt_verifier), .required = true,
	  .help = "Whatever checks tokens, each asked with the canary; eight at most." },
	SETTING_END
};

const char *jwt_algorithm(const struct jwt_config *config)
{
	return algorithms[config->alg];
}

size_t jwt_verifier_count(const struct jwt_config *config)
{
	return config->verifiers.count < JWT_VERIFIERS ? config->verifiers.count : JWT_VERIFIERS;
}

const struct jwt_verifier *jwt_verifier(const struct jwt_config *config, size_t i)
{
	return &((const struct jwt_verifier *)config->verifiers.data)[i];
}

static struct str target(const void *config, unsigned index)
{
	return index < jwt_verifier_count(config) ? str_of(jwt_verifier(config, index)->url) :
						    str_of(NULL);
}

static const struct secret_ref *secret(const void *config, unsigned index)
{
	(void)index;
	return &((const struct jwt_config *)config)->token;
}

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct jwt_config *jwt = config;
	size_t count = jwt_verifier_count(jwt);

	for (unsigned i = 0; i < count && i < max; i++)
		out[i] = (struct ask){
			.name = "verifier", .what = jwt_verifier(jwt, i)->name, .via = ASK_HTTP,
			.target = i, .index = i, .every = jwt->source.every,
			.timeout = jwt->source.timeout,
			.blinds = "whether it still believes tokens of the old secret",
		};
	return count < max ? count : max;
}

/* Without a token the answer would be about nothing. */
static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	const struct jwt_config *config = look->config;

	(void)ask;
	out->accept = "application/json, */*";
	return config->token.from != SECRET_NONE;
}

static bool is_proof(const struct jwt_verifier *verifier, int status)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", status);
	for (size_t i = 0; i < verifier->proof.count; i++)
		if (str_eq(str_of(verifier->proof.items[i]), text))
			return true;
	return false;
}

static void take_token(const struct reply *reply, struct jwt_facts *facts)
{
	facts->seen = true;
	(void)str_put(facts->alg, sizeof(facts->alg), reply->token_alg);
	facts->issued = reply->token_issued == WHEN_NEVER ? 0 : reply->token_issued;
	facts->expires = reply->token_expires == WHEN_NEVER ? 0 : reply->token_expires;
	facts->clock_off = answer_server_now(reply) - reply->at;
}

static bool has_expired(const struct reply *reply)
{
	return reply->token_expires != WHEN_NEVER &&
	       reply->token_expires <= answer_server_now(reply);
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	struct jwt_facts *out = facts;
	enum jwt_accepted *accepted = &out->accepted[ask->index];
	int status = reply->status;

	take_token(reply, out);
	*accepted = JWT_UNKNOWN;
	if (is_proof(jwt_verifier(config, ask->index), status)) {
		*accepted = JWT_YES;
		return DECODED_GOOD;
	}
	if (status == UNAUTHORIZED) {
		*accepted = has_expired(reply) ? JWT_UNKNOWN : JWT_NO;
		return DECODED_GOOD;
	}
	if (answer_is_ok(reply, why)) {
		*accepted = JWT_YES;
		return DECODED_GOOD;
	}
	if (status == FORBIDDEN)
		(void)str_put(why, WHY, "answers 403, which does not tell whether it believes the "
			      "token");
	return DECODED_BAD;
}

const struct backend jwt_backend = {
	.kind = "jwt",
	.settings = settings,
	.config_size = sizeof(struct jwt_config),
	.facts_size = sizeof(struct jwt_facts),
	.rank = 2,
	.budget = { .most = 4, .window = 15 * WHEN_SECOND },
	.target = target,
	.secret = secret,
	.canary = true,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = jwt_judge,
};
