/*
 * form.h: what an operator enters. A form is a constant table row: its fields, what fills them from
 * the scene, what it says before it acts, and the order that it makes. Keys, pastes, drafts and
 * pictures are then the same for all.
 *
 *  (1) Nothing acts within FORM_DEAF ms of what appears: a key typed ahead that would act is
 *      dropped, and so is each that follows it within the same time: a hammer is not an answer.
 *      Letters of a text and choices only fill fields, and are never dropped.
 *  (2) A paste goes into the field with the cursor and nowhere else.
 *  (3) CARE_ENTER: Enter in the last field acts. The others show after the last field what would be
 *      done and where it would go; `Y` does it and every other key is no: back to the fields, or
 *      away where there are none.
 *  (4) An order is tried on the incident's state first: refused, the form stays with all its text.
 *  (5) What was entered and not sent stays as a draft of its form, also over a restart.
 */
#ifndef UI_FORM_H
#define UI_FORM_H

#include "ui/compose.h"
#include "ui/screen.h"

enum {
	FORM_FIELDS = 6, FORM_OPTION = 80, FORM_OPTIONS = 64, FORM_DRAFTS = 6,
	FORM_SUBJECT = 96, FORM_DEAF = 300,	/* ms */
};

enum care {
	CARE_ENTER,		/* ours and reversible */
	CARE_SURE,		/* ours, and of weight */
	CARE_OUTSIDE,		/* leaves the house: refused where all is read-only */
};

enum field_kind { FIELD_LINE, FIELD_CHOICE, FIELD_LINES };

struct form;

/* One key on its way through a form. */
struct entry {
	const struct scene *scene;
	msec steady;
	struct arena *arena;		/* of the texts of the effect */
	struct effect *out;
	struct err err;			/* kind is not ERR_NONE: there is something to say */
	const char *wrong;		/* the field that it is about, where that is known */
};

/* The index-th option of a choice; false: there are no more. */
typedef bool form_option(const struct form *form, const struct scene *scene, size_t index,
			 char out[FORM_OPTION]);

struct field {
	const char *name;		/* in a draft */
	const char *label, *hint;
	enum field_kind kind;
	form_option *option;		/* of a FIELD_CHOICE */
};

struct form_kind {
	const char *name, *title;
	enum care care;
	bool always;			/* also while the picture is frozen */
	bool without_desk;		/* it has nothing to do with incidents */
	bool one_text;			/* Enter in its lines acts: they are pasted, not written */
	bool about_row;			/* opened by a key on a row only: it has a subject */
	const char *does;		/* "Y declares it": behind the `Y` */
	struct field fields[FORM_FIELDS];
	size_t count;
	/* Why it cannot be opened now, or NULL. The docket is NULL where no incident is open. */
	const char *(*refusal)(const struct scene *scene, const struct docket *docket);
	void (*fill)(struct form *form, const struct scene *scene);		/* or NULL */
	void (*tells)(const struct form *form, const struct scene *scene, struct buf *out);
	void (*asks)(const struct form *form, const struct scene *scene, struct buf *out);
	/* After a choice was changed: other fields may follow it. Or NULL. */
	void (*follows)(struct form *form, const struct scene *scene, size_t field);
	/* False: what was pasted is thrown away at once, and err says why. Or NULL. */
	bool (*takes)(struct str pasted, struct err *err);
	/* The effect. False: err says what is missing. */
	bool (*order)(const struct form *form, struct entry *entry);
};

struct form {
	const struct form_kind *kind;	/* NULL: none */
	char incident[INCIDENT_ID];	/* that it writes to; "": none, or a new one */
	char subject[FORM_SUBJECT];	/* a fingerprint, the id of an event or silence, RUN/STEP; "" */
	struct edit values[FORM_FIELDS];
	struct compose text;		/* of the FIELD_LINES */
	size_t at;			/* the field with the cursor */
	size_t typed;			/* of a choice: so many letters of its word were typed */
	bool asking;			/* what it would do is shown, and waits for Y */
	bool touched;			/* something was entered */
	bool secret;			/* what is entered is shown nowhere, and kept as no draft */
	msec since;			/* steady: when what is shown appeared */
	uint64_t drafted;		/* hash of the text that nobody has changed yet; 0: somebody has */
	int top;			/* rows scrolled away while it asks */
	bool taller;			/* what it asks did not fit into the last picture */
};

enum form_answer { FORM_STAYS, FORM_DONE };

const struct form_kind *const *form_kinds(void);		/* NULL ends */
const struct form_kind *form_find(const char *name);		/* NULL */

/* Why it cannot be opened in this scene, or NULL. */
const char *form_refusal(const struct scene *scene, const struct form_kind *kind);
void form_open(struct form *form, const struct form_kind *kind, const struct scene *scene,
	       const char *subject, msec steady);
const struct docket *form_docket(const struct form *form, const struct scene *scene);

/* FORM_DONE: entry->out is the effect, or none. Esc and alike are the caller's. */
enum form_answer form_key(struct form *form, struct entry *entry, uint32_t code);
/* Would this state take entry->out->order? False: err says why not, or (ERR_NONE) that it is so. */
bool form_decides(const struct incident *incident, const struct history *history,
		  struct entry *entry);
/* False: not all of it had room, or there is no field. */
bool form_paste(struct form *form, struct str text);

/* The text of a field by its name, trimmed; "" when there is none. Borrowed. */
struct str form_value(const struct form *form, const char *name);
void form_set(struct form *form, const char *name, const char *text);
void form_choose(struct form *form, const struct scene *scene, const char *name, size_t index);
/* Which option of the choice it is, or (size_t)-1. */
size_t form_chosen(const struct form *form, const struct scene *scene, const char *name);
/* A key in the choice with the cursor; false: it chooses nothing. */
bool form_choice_key(struct form *form, const struct scene *scene, uint32_t code);

/* Drafts as JSON, for struct place. False: no draft. */
void form_write(const struct form *form, bool open, struct buf *out);
bool form_read(struct form *form, struct str json, bool *open, msec steady);

/* A panel at the bottom of the area. What it asks for is drawn over everything else there. */
void form_draw(struct form *form, const struct scene *scene, struct page *page,
	       struct surface *surface, struct area area);
/* For the message row: what the field with the cursor wants. For the last row: what keys do. */
void form_hint(const struct form *form, char out[MESSAGE_TEXT]);
void form_keys(const struct form *form, char out[MESSAGE_TEXT]);

#endif
