/*
 * Bodies of forms: nothing crashes, what is read keeps its limits and is UTF-8 without a NUL, and
 * written again (all but unreserved characters as %XX) it is read as the same.
 */
#include "html/html.h"
#include "http/form.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_LEN ((size_t)1 << 20)

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_fields(const struct form *form)
{
	check(form->n <= FORM_MAX_FIELDS);
	for (size_t i = 0; i < form->n; i++) {
		struct str name = form->fields[i].name;
		struct str value = form->fields[i].value;

		check(name.len > 0 && name.len <= FORM_MAX_NAME && value.len <= FORM_MAX_VALUE);
		check(str_is_utf8(name) && str_is_utf8(value));
		check(str_find(name, '\0') < 0 && str_find(value, '\0') < 0);
		for (size_t j = 0; j < i; j++)
			check(!str_equal(name, form->fields[j].name));
	}
}

static void
check_again(struct arena *arena, const struct form *form)
{
	struct form again;
	struct buf buf;

	buf_init(&buf, arena, MAX_LEN);
	for (size_t i = 0; i < form->n; i++) {
		buf_add(&buf, i ? STR("&") : STR(""));
		html_url_part(&buf, form->fields[i].name);
		buf_add_char(&buf, '=');
		html_url_part(&buf, form->fields[i].value);
	}
	check(!form_read(arena, buf_str(&buf), &again).code && again.n == form->n);
	for (size_t i = 0; i < form->n; i++) {
		check(str_equal(again.fields[i].name, form->fields[i].name));
		check(str_equal(again.fields[i].value, form->fields[i].value));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str body = { (const char *)data, size };
	struct form form = { .n = 0 };
	struct err err = form_read(arena, body, &form);

	(void)form_is_type(body); /* only that it does not crash */
	if (err.code) {
		check(err.code == ERR_BAD_REQUEST && err.detail);
		return 0;
	}
	check_fields(&form);
	check_again(arena, &form);
	return 0;
}
