/*
 * express.h: answers with the head that Express (under NestJS) writes.
 */
#ifndef LAB_EXPRESS_H
#define LAB_EXPRESS_H

#include "lab/serve.h"

#define EXPRESS_JSON "application/json; charset=utf-8"
#define EXPRESS_PROMETHEUS "text/plain; charset=utf-8; version=0.0.4"

void express_send(struct request *req, int status, const char *type, const struct buf *body);

/* The bare {"statusCode":500,...} of an exception that nobody caught. */
void express_send_500(struct request *req);
void express_send_404(struct request *req);

#endif
