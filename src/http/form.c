/*
 * Reading bodies of forms.
 */
#include "http/form.h"

bool
form_is_type(struct str content_type)
{
	struct str rest = content_type;
	struct str type = str_trim(str_cut(&rest, ';'));

	if (!str_equal_ascii_nocase(type, STR("application/x-www-form-urlencoded")))
		return false;
	rest = str_trim(rest);
	return str_is_empty(rest) || str_equal_ascii_nocase(rest, STR("charset=utf-8"));
}

/* The byte that begins at @i, as it is meant; -1: none. */
static int
byte_at(struct str text, size_t i, size_t *ret_len)
{
	int high;
	int low;

	*ret_len = 1;
	if (text.ptr[i] == '+')
		return ' ';
	if (text.ptr[i] != '%')
		return (unsigned char)text.ptr[i];
	if (text.len - i < 3)
		return -1;
	high = str_hex_digit(text.ptr[i + 1]);
	low = str_hex_digit(text.ptr[i + 2]);
	*ret_len = 3;
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static bool
decode(struct arena *arena, struct str text, size_t max, struct str *ret_text)
{
	char *to = arena_alloc(arena, text.len + 1);
	size_t len = 0;
	size_t step;

	for (size_t i = 0; i < text.len; i += step) {
		int byte = byte_at(text, i, &step);

		if (byte <= 0)
			return false;
		to[len++] = (char)byte;
	}
	*ret_text = (struct str){ to, len };
	return len <= max && str_is_utf8(*ret_text);
}

static struct err
read_pair(struct arena *arena, struct str pair, struct form *form)
{
	struct str value = pair;
	struct str name = str_cut(&value, '=');

	if (!value.ptr || str_is_empty(name))
		return err_make(ERR_BAD_REQUEST, "the form has a field without a name or a value");
	if (form->n == FORM_MAX_FIELDS)
		return err_make(ERR_BAD_REQUEST, "the form has too many fields");
	if (!decode(arena, name, FORM_MAX_NAME, &name) ||
	    !decode(arena, value, FORM_MAX_VALUE, &value))
		return err_make(ERR_BAD_REQUEST,
				"the form has a field that is too long or no encoded UTF-8");
	if (form_value(form, arena_cstr(arena, name)).ptr)
		return err_make(ERR_BAD_REQUEST, "the form has a field twice");
	form->fields[form->n].name = name;
	form->fields[form->n++].value = value;
	return OK_NONE;
}

struct err
form_read(struct arena *arena, struct str body, struct form *ret_form)
{
	struct form form = { .n = 0 };
	struct str rest = body;

	while (rest.ptr && !str_is_empty(body)) {
		struct err err = read_pair(arena, str_cut(&rest, '&'), &form);

		if (err.code)
			return err;
	}
	*ret_form = form;
	return OK_NONE;
}

struct str
form_value(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->n; i++) {
		if (str_equal(form->fields[i].name, str_of(name)))
			return form->fields[i].value;
	}
	return (struct str){ 0 };
}
