/* schema.c: the tables as a JSON Schema (2020-12), for editors. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "config/value.h"

static json_t *table_schema(const struct setting *table, const char *variant_key,
			    const char *variant);

static json_t *typed(const char *type)
{
	return json_pack("{s:s}", "type", type);
}

static json_t *pattern(const char *regex)
{
	return json_pack("{s:s, s:s}", "type", "string", "pattern", regex);
}

static json_t *names_schema(const char *const *names)
{
	json_t *list = json_array();

	for (; *names; names++)
		json_array_append_new(list, json_string(*names));
	return json_pack("{s:o}", "enum", list);
}

static void add_range(json_t *schema, const struct setting *setting)
{
	if (setting->max <= setting->min)
		return;
	json_object_set_new(schema, "minimum", json_real(setting->min));
	json_object_set_new(schema, "maximum", json_real(setting->max));
}

static json_t *number_schema(const struct setting *setting)
{
	json_t *schema = typed(setting->type == SETTING_INT ? "integer" : "number");

	add_range(schema, setting);
	return schema;
}

static const char url_pattern[] = "^https?://[^@#\\s]+$";

static json_t *url_schema(const struct setting *setting)
{
	char own[64];

	if (!setting->scheme)
		return pattern(url_pattern);
	(void)snprintf(own, sizeof(own), "^%s[^@#\\s]+$", setting->scheme);
	return pattern(own);
}

static json_t *texts_schema(const struct setting *setting)
{
	json_t *one = setting->choices ? names_schema(setting->choices) :
		      setting->type == SETTING_URLS ? pattern(url_pattern) : typed("string");

	return json_pack("{s:[O, {s:s, s:o}]}", "anyOf", one, "type", "array", "items", one);
}

static json_t *bool_schema(void)
{
	return json_pack("{s:[b, b, s, s, s, s]}", "enum", 1, 0, "yes", "no", "on", "off");
}

/* An item: one table, or one for each kind. */
static json_t *item_schema(const struct setting *setting)
{
	json_t *any;
	size_t size;

	if (!setting->variant)
		return table_schema(setting->sub, NULL, NULL);
	any = json_array();
	for (const char *const *name = setting->variant_names(); *name; name++)
		json_array_append_new(any, table_schema(setting->variant(*name, &size),
							setting->variant_key, *name));
	return json_pack("{s:o}", "anyOf", any);
}

/* most 0: as many as one likes. */
static json_t *at_most(json_t *schema, const char *key, double most)
{
	if (most > 0)
		json_object_set_new(schema, key, json_integer((json_int_t)most));
	return schema;
}

static json_t *type_schema(const struct setting *setting)
{
	switch (setting->type) {
	case SETTING_TEXT:
	case SETTING_PATH:
	case SETTING_REGEX:
		return typed("string");
	case SETTING_URL:
		return url_schema(setting);
	case SETTING_DURATION:
		return pattern("^([0-9]+(ms|s|m|h|d))+$");
	case SETTING_INT:
	case SETTING_NUMBER:
		return number_schema(setting);
	case SETTING_BOOL:
		return bool_schema();
	case SETTING_CHOICE:
		return names_schema(setting->choices);
	case SETTING_THRESHOLD:
		return pattern("^ *[<>] *[-+0-9.eE]+ *$");
	case SETTING_TEXTS:
	case SETTING_URLS:
		return texts_schema(setting);
	case SETTING_PAIRS:
		return json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
				 typed("string"));
	case SETTING_GROUP:
		return table_schema(setting->sub, NULL, NULL);
	case SETTING_ITEMS:
		return at_most(json_pack("{s:s, s:o}", "type", "array", "items",
					 item_schema(setting)), "maxItems", setting->max);
	case SETTING_MAP:
		return at_most(json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
					 item_schema(setting)), "maxProperties", setting->max);
	case SETTING_SECRET:
	case SETTING_END_MARK:
	case SETTING_TYPE_COUNT:
		break;
	}
	assert(!"a secret is three keys, and the end of a table is none");
	return NULL;
}

/* The default as JSON: a number stays a number, so that an editor proposes what it would accept. */
static json_t *default_value(const struct setting *setting)
{
	double number;

	if ((setting->type == SETTING_INT || setting->type == SETTING_NUMBER) &&
	    num_parse_double(str_of(setting->def), &number))
		return setting->type == SETTING_INT ? json_integer((json_int_t)number) :
						      json_real(number);
	if (setting->type == SETTING_BOOL)
		return json_boolean(!strcmp(setting->def, "true"));
	return json_string(setting->def);
}

static void add_property(json_t *properties, const char *key, json_t *schema,
			 const struct setting *setting)
{
	if (setting->help)
		json_object_set_new(schema, "description", json_string(setting->help));
	if (setting->def)
		json_object_set_new(schema, "default", default_value(setting));
	json_object_set_new(properties, key, schema);
}

static void add_secret(json_t *properties, const struct setting *setting)
{
	struct arena arena = { NULL };

	for (size_t i = 0; i < SECRET_FORMS; i++) {
		const char *key = secret_key(&arena, setting, i);
		bool command = i == SECRET_FORMS - 1;

		add_property(properties, key,
			     command ? json_pack("{s:s, s:o}", "type", "array", "items",
						 typed("string")) : typed("string"), setting);
	}
	arena_done(&arena);
}

static json_t *table_schema(const struct setting *table, const char *variant_key,
			    const char *variant)
{
	json_t *properties = json_object(), *required = json_array();

	if (variant_key) {
		json_object_set_new(properties, variant_key, json_pack("{s:s}", "const", variant));
		json_array_append_new(required, json_string(variant_key));
	}
	for (const struct setting *s = table; s->type != SETTING_END_MARK; s++) {
		if (s->type == SETTING_SECRET) {
			add_secret(properties, s);
			continue;
		}
		add_property(properties, s->key, type_schema(s), s);
		if (s->required)
			json_array_append_new(required, json_string(s->key));
	}
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
			 "required", required, "additionalProperties", 0);
}

json_t *settings_schema(const struct setting *table)
{
	json_t *schema = json_pack("{s:s, s:s}", "$schema",
				   "https://json-schema.org/draft/2020-12/schema",
				   "title", "binnacle configuration");
	json_t *body = table_schema(table, NULL, NULL);

	json_object_update(schema, body);
	json_decref(body);
	return schema;
}
