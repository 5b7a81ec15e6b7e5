#include "io/credentials.h"

#include "base/mem.h"
#include "config/load.h"
#include "io/secret_command.h"

#define KEPT_AT_LEAST WHEN_MINUTE

struct credential {
	struct credentials *owner;
	const struct secret_ref *ref;	/* what it is known by */
	struct secret *secret;
	msec fetched_at;		/* steady */
	bool doubted;
	struct secret_command *command;
	struct credential_wait *waiting;
	struct credential *next;
};

struct credentials {
	struct loop *loop;
	const char *const *environment;
	struct credential *all;
};

struct credentials *credentials_new(struct loop *loop, const char *const *environment)
{
	struct credentials *credentials = mem_new(sizeof(*credentials));

	credentials->loop = loop;
	credentials->environment = environment;
	return credentials;
}

void credentials_stop(struct credentials *credentials)
{
	for (struct credential *at = credentials->all; at; at = at->next) {
		if (at->command)
			secret_command_cancel(at->command);
		at->command = NULL;
	}
}

void credentials_free(struct credentials *credentials)
{
	if (!credentials)
		return;
	credentials_stop(credentials);
	while (credentials->all) {
		struct credential *credential = credentials->all;

		credentials->all = credential->next;
		secret_free(credential->secret);
		mem_free(credential);
	}
	mem_free(credentials);
}

static struct credential *find(struct credentials *credentials, const struct secret_ref *ref)
{
	struct credential *at = credentials->all;

	while (at && at->ref != ref)
		at = at->next;
	return at;
}

static struct credential *find_or_add(struct credentials *credentials, const struct secret_ref *ref)
{
	struct credential *credential = find(credentials, ref);

	if (credential)
		return credential;
	credential = mem_new(sizeof(*credential));
	credential->owner = credentials;
	credential->ref = ref;
	credential->next = credentials->all;
	credentials->all = credential;
	return credential;
}

static void keep(struct credential *credential, struct secret *secret)
{
	secret_free(credential->secret);
	credential->secret = secret;
	credential->doubted = false;
	credential->fetched_at = loop_now(credential->owner->loop).steady;
}

static void on_command(void *arg, struct secret *secret, const struct err *err)
{
	struct credential *credential = arg;
	struct credential_wait *wait;

	credential->command = NULL;
	if (secret)
		keep(credential, secret);
	while ((wait = credential->waiting)) {
		credential->waiting = wait->next;
		wait->credential = NULL;
		wait->done(wait->arg, secret, err);
	}
}

static void run_command(struct credential *credential, msec timeout, struct credential_wait *wait)
{
	struct credentials *owner = credential->owner;

	wait->next = credential->waiting;
	wait->credential = credential;
	credential->waiting = wait;
	if (!credential->command)
		credential->command = secret_command_start(owner->loop, &credential->ref->argv,
							   owner->environment, timeout, on_command,
							   credential);
}

void credentials_want(struct credentials *credentials, const struct secret_ref *ref, msec timeout,
		      struct credential_wait *wait)
{
	struct credential *credential = find_or_add(credentials, ref);
	struct err err = { 0 };
	struct secret *secret;

	if (credential->secret && !credential->doubted) {
		wait->done(wait->arg, credential->secret, NULL);
	} else if (ref->from == SECRET_COMMAND) {
		run_command(credential, timeout, wait);
	} else {
		secret = secret_fetch(ref, credentials->environment, &err);
		if (secret)
			keep(credential, secret);
		wait->done(wait->arg, secret, &err);
	}
}

void credential_wait_cancel(struct credential_wait *wait)
{
	struct credential_wait **at;

	if (!wait->credential)
		return;
	for (at = &wait->credential->waiting; *at != wait;)
		at = &(*at)->next;
	*at = wait->next;
	wait->credential = NULL;
}

void credentials_reread(struct credentials *credentials, const struct secret_ref *ref)
{
	struct credential *credential = find(credentials, ref);

	if (credential && ref->from == SECRET_FILE)
		credential->doubted = true;
}

bool credentials_doubt(struct credentials *credentials, const struct secret_ref *ref)
{
	struct credential *credential = find(credentials, ref);
	msec now = loop_now(credentials->loop).steady;

	if (!credential || !credential->secret || now - credential->fetched_at < KEPT_AT_LEAST)
		return false;
	credential->doubted = true;
	return true;
}
