/*
 * clip.h: the clipboard, by a way that arrives (ux.md E4): inside tmux by `tmux load-buffer -w -`,
 * since tmux drops OSC 52 of an application; elsewhere OSC 52, which most terminals take and none
 * confirms. The operator is told which way was taken.
 */
#ifndef APP_CLIP_H
#define APP_CLIP_H

#include "io/loop.h"

/* copied: as far as can be known. */
typedef void clip_done(void *arg, bool copied, const char *message);

/* done is called once, from the loop or before this returns, with a sentence for the operator. */
void clip_copy(struct loop *loop, const char *text, bool in_tmux, clip_done *done, void *arg);

#endif
