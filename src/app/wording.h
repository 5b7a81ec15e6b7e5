/*
 * wording.h: the texts of export/ as a desk takes them (core/desk.h).
 */
#ifndef APP_WORDING_H
#define APP_WORDING_H

#include "core/desk.h"

extern const struct wording wording;

#endif
