#include "backends/promtext.h"

#include <string.h>

#include "base/num.h"

enum { LINE_SHOWN = 40 };

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

static bool is_name(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip(struct str *rest, size_t count)
{
	rest->p += count;
	rest->len -= count;
}

static void skip_blanks(struct str *rest)
{
	while (rest->len > 0 && is_blank(rest->p[0]))
		skip(rest, 1);
}

static bool take_name(struct str *rest, struct str *name)
{
	size_t len = 0;

	if (rest->len == 0 || !is_name_start(rest->p[0]))
		return false;
	while (len < rest->len && is_name(rest->p[len]))
		len++;
	*name = str_sub(rest->p, len);
	skip(rest, len);
	return true;
}

/* A quoted text with its escapes; *inside is what stands between the quotes. */
static bool take_quoted(struct str *rest, struct str *inside)
{
	size_t len = 1;

	if (rest->len == 0 || rest->p[0] != '"')
		return false;
	while (len < rest->len && rest->p[len] != '"')
		len += rest->p[len] == '\\' ? 2 : 1;
	if (len >= rest->len)
		return false;
	*inside = str_sub(rest->p + 1, len - 1);
	skip(rest, len + 1);
	return true;
}

/* name="value" and the comma after it. */
static bool take_label(struct str *rest, struct str *name, struct str *value)
{
	skip_blanks(rest);
	if (!take_name(rest, name))
		return false;
	skip_blanks(rest);
	if (rest->len == 0 || rest->p[0] != '=')
		return false;
	skip(rest, 1);
	skip_blanks(rest);
	if (!take_quoted(rest, value))
		return false;
	skip_blanks(rest);
	if (rest->len > 0 && rest->p[0] == ',')
		skip(rest, 1);
	return true;
}

/* All labels and the brace that closes them. */
static bool take_labels(struct str *rest, struct str *labels)
{
	const char *start = rest->p + 1;
	struct str name, value;

	skip(rest, 1);
	for (skip_blanks(rest); rest->len > 0 && rest->p[0] != '}'; skip_blanks(rest))
		if (!take_label(rest, &name, &value))
			return false;
	if (rest->len == 0)
		return false;
	*labels = str_sub(start, (size_t)(rest->p - start));
	skip(rest, 1);
	return true;
}

static struct str take_word(struct str *rest)
{
	size_t len = 0;
	struct str word;

	skip_blanks(rest);
	while (len < rest->len && !is_blank(rest->p[len]))
		len++;
	word = str_sub(rest->p, len);
	skip(rest, len);
	skip_blanks(rest);
	return word;
}

static bool read_sample(struct str line, struct prom_sample *sample)
{
	int64_t timestamp;
	struct str word;

	*sample = (struct prom_sample){ 0 };
	if (!take_name(&line, &sample->name))
		return false;
	skip_blanks(&line);
	if (line.len > 0 && line.p[0] == '{' && !take_labels(&line, &sample->labels))
		return false;
	if (!num_parse_double(take_word(&line), &sample->value))
		return false;
	word = take_word(&line);
	return line.len == 0 && (word.len == 0 || num_parse_i64(word, &timestamp));
}

bool promtext_scan(struct str text, prom_visit *visit, void *arg, struct err *err)
{
	struct prom_sample sample;
	unsigned number = 0;
	size_t samples = 0;
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		number++;
		line = str_trim(line);
		if (line.len == 0 || line.p[0] == '#')
			continue;
		if (!read_sample(line, &sample))
			return err_set(err, ERR_INPUT, "not Prometheus text: line %u: %.*s", number,
				       (int)(line.len < LINE_SHOWN ? line.len : LINE_SHOWN), line.p);
		visit(arg, &sample);
		samples++;
	}
	return samples > 0 || err_set(err, ERR_INPUT, "not Prometheus text: no sample in it");
}

/* Prometheus knows three escapes; any other one stands for itself. */
static void unescape(struct str text, char *out, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < text.len && used + 1 < size; i++) {
		bool escape = text.p[i] == '\\' && i + 1 < text.len;
		char c = text.p[escape ? ++i : i];

		out[used++] = escape && c == 'n' ? '\n' : c;
	}
	out[used] = '\0';
}

bool promtext_label(const struct prom_sample *sample, const char *name, char *value, size_t size)
{
	struct str rest = sample->labels, key, quoted;

	while (take_label(&rest, &key, &quoted))
		if (str_eq(key, name)) {
			unescape(quoted, value, size);
			return true;
		}
	return false;
}
