/*
 * silencer.h: short silences in Alertmanager, tied to an incident: made for exactly one alert's
 * labels, renewed by the console that made them while the incident is open and the alert fires,
 * expired at its first sensed recovery and at the end.
 *
 * It asks all configured Alertmanagers' first that answers (a cluster gossips), with the account of
 * that source. Author is the operator, the comment names the incident.
 */
#ifndef APP_SILENCER_H
#define APP_SILENCER_H

#include "app/settings.h"
#include "core/incident.h"
#include "io/loop.h"

struct silencer;

struct silenced {			/* what became of one request */
	const char *incident, *fingerprint, *id, *reason;
	msec until;
	enum { SILENCER_MADE, SILENCER_EXPIRED, SILENCER_FAILED } what;
};

/* told comes from the loop, once for each request, and not after silencer_free(). */
struct silencer *silencer_new(struct loop *loop, const struct context *context,
			      const struct settings *settings,
			      void (*told)(void *arg, const struct silenced *what), void *arg);
void silencer_free(struct silencer *silencer);
void silencer_settings(struct silencer *silencer, const struct settings *settings);

/* POST /api/v2/silences; one in force is renewed: with the same `from` it keeps its id, else
 * Alertmanager makes a new one of it and ends the old one at once. Tell which id counts now. */
void silencer_make(struct silencer *silencer, const char *incident,
		   const struct incident_alert *alert, const char *author, msec from, msec until);
void silencer_expire(struct silencer *silencer, const char *incident, const char *fingerprint,
		     const char *id);

#endif
