/*
 * policies.h: from the configuration (severity, contacts, notify, rto, rpo, share, ticket_command)
 * to core's struct policy.
 */
#ifndef APP_POLICIES_H
#define APP_POLICIES_H

#include "app/settings.h"
#include "core/policy.h"

/* Texts are borrowed from settings. */
void policy_make(const struct settings *settings, struct policy *out);

#endif
