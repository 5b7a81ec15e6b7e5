/*
 * form_parts.h: what the tables of forms (form_*.c) share: the forms themselves, by name, and how
 * an order is begun.
 */
#ifndef UI_FORM_PARTS_H
#define UI_FORM_PARTS_H

#include "ui/form.h"

/* Begin out->order for the incident of the form; its data is empty. */
struct event_data *form_order(const struct form *form, struct entry *entry, enum event_kind kind);
/* What was entered as it may stand in an event: secrets hidden, made harmless; lines stay lines. */
const char *form_text(struct entry *entry, struct str text);
const char *form_entered(const struct form *form, struct entry *entry, const char *name);
/* False with the sentence when the field is empty. */
bool form_needs(const struct form *form, struct entry *entry, const char *name,
		const char *sentence);
/* False: what err says is about this field. */
bool form_wrong(struct entry *entry, const char *name);
/* "a, b c,d" -> three texts. */
struct text_list form_list(struct entry *entry, struct str text);

/* Is there one hash, envelope or account in the text? */
bool form_names_tx(struct str text);

/* The words of an enum as options. */
bool form_word(const char *word, char out[FORM_OPTION]);
bool form_option_severity(const struct form *form, const struct scene *scene, size_t index,
			  char out[FORM_OPTION]);

/* Refusals that many share. */
const char *form_unless_open(const struct scene *scene, const struct docket *docket);
const char *form_unless_there(const struct scene *scene, const struct docket *docket);

extern const struct form_kind form_declare, form_note, form_severity, form_status, form_resolve,
	form_close, form_cancel, form_merge, form_reopen;			/* form_course.c */
extern const struct form_kind form_seat, form_offer, form_accept, form_ask, form_escalated,
	form_minutes;								/* form_people.c */
extern const struct form_kind form_action, form_follow_up, form_deferred, form_settle, form_ticket,
	form_ticket_run, form_milestone;					/* form_tracked.c */
extern const struct form_kind form_mute, form_expire, form_update, form_snooze, form_memory,
	form_quit;								/* form_outside.c */
extern const struct form_kind form_done, form_skip, form_override, form_put_off, form_failed,
	form_repeat, form_claim, form_decide;					/* form_step.c */
extern const struct form_kind form_accept_book, form_input, form_end_run, form_answer_run,
	form_command, form_new_book;						/* form_run.c */
extern const struct form_kind form_diagnose, form_sort;			/* form_tx.c */
extern const struct form_kind form_answer, form_owner, form_none, form_review, form_publish,
	form_redraft, form_signoff, form_export, form_bundle, form_editor,
	form_said, form_drill_review;								/* form_after.c */

#endif
